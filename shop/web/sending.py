"""A form that comes with a file."""

from werkzeug.datastructures import FileStorage
from wtforms import Field

from shop.uploads import BadFile, Purpose, checked_upload
from shop.web.forms import Form


def judged(form: Form, file: Field, purpose: Purpose) -> bool:
    """Whether the form is right. If it is not, its file is judged as well, so that all is said at once.

    The file of a right form is judged where it is kept.
    """
    if form.validate():
        return True
    sent = file.data
    if isinstance(sent, FileStorage) and sent.filename and not file.errors:
        try:
            checked_upload(sent, purpose)
        except BadFile as refusal:
            form.refuse(file.name, refusal.message)
    return False
