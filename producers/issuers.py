"""Who issues certificates, in the page's language.

An issuer is recorded in Chinese, as its certificate says it; those of the known kinds of
certificates have an English name as well, any other stays as it was typed.
"""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

ISSUERS: Mapping[str, LazyString] = {
    "国务院扶贫开发领导小组办公室": _l("国务院扶贫开发领导小组办公室"),
    "地方帮扶主管部门": _l("地方帮扶主管部门"),
    "中国乡村发展志愿服务促进会": _l("中国乡村发展志愿服务促进会"),
    "中国绿色食品发展中心": _l("中国绿色食品发展中心"),
    "经批准的有机产品认证机构": _l("经批准的有机产品认证机构"),
    "农业农村部": _l("农业农村部"),
    "国家知识产权局": _l("国家知识产权局"),
    "生产者自行开具": _l("生产者自行开具"),
    "市场监督管理部门": _l("市场监督管理部门"),
    "农业农村部农产品质量安全中心": _l("农业农村部农产品质量安全中心"),
    "检验检测机构": _l("检验检测机构"),
}


def issuer_shown(recorded: str) -> str:
    """A recorded issuer's name in the page's language, where it has one there."""
    return str(ISSUERS.get(recorded, recorded))
