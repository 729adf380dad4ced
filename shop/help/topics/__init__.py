"""The pages of help, one for each role, in the order in which they are listed."""

from shop.help.model import Topic
from shop.help.topics import canteen, consumer, oversight, supply

TOPICS: dict[str, Topic] = {
    topic.key: topic
    for topic in (
        consumer.SHOPPING,
        canteen.ORDERING,
        canteen.APPROVING,
        canteen.RECEIVING,
        supply.SUPPLYING,
        supply.REVIEWING,
        oversight.OVERSEEING,
    )
}
