"""Every table of the records: whoever imports this knows them all, as migrations and scratch databases must."""

from __future__ import annotations

import importlib
import pkgutil

import records
from records.database import Base

for _module in pkgutil.iter_modules(records.__path__, "records."):
    if not _module.ispkg:
        importlib.import_module(_module.name)

METADATA = Base.metadata
