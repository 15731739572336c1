"""The operator's step after a restore: look at the log as it is, and note its end anew."""

import sys

from sqlalchemy.exc import SQLAlchemyError

from api.access import SYSTEM
from api.anchor import AnchorFile
from api.clock import SystemClock
from api.db.engine import open_database
from api.db.unit_of_work import UnitOfWork
from api.errors import UseCaseError
from api.settings import SettingsRefused, load_settings
from api.usecases.audit import renew_anchor


def renew(reason: str) -> int:
    """Note the end of the configured database's log; the exit status, after one Chinese line on what was done or why not."""
    try:
        settings = load_settings()
        engine = open_database(settings.database)
        anchor = AnchorFile(settings.data_dir, settings.database, settings.master_key())
        report = renew_anchor(SYSTEM, reason=reason, anchor=anchor, uow=UnitOfWork(engine, noted=anchor), clock=SystemClock())
    except SettingsRefused as refused:
        print(f"没有重新留存:{refused}", file=sys.stderr)
        return 2
    except UseCaseError as refused:
        print(refused.detail, file=sys.stderr)
        return 2
    except SQLAlchemyError as error:  # its words may hold the address, and the address a password
        print(f"没有重新留存:数据库无法读写({type(error).__name__});请核对 MIANSHEN_DATABASE_URL", file=sys.stderr)
        return 2
    engine.dispose()
    print(f"已重新留存审计链尾:第 {report.count} 条 {report.head};原留存(如有)另存在数据目录中,此次操作已记入审计记录")
    return 0
