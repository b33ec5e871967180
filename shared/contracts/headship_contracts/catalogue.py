"""All events and requests that exist: importing this module registers them."""

import importlib
import pkgutil

import headship_contracts

for _module in pkgutil.walk_packages(headship_contracts.__path__, "headship_contracts."):
    importlib.import_module(_module.name)
