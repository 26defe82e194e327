"""Tables and their constraints; they hold rows and have no behaviour.

SQLModel tables validate nothing, so every rule that must hold is a constraint here, and input is
checked in `storage.importing` before it gets this far. Migrations make them, all of them strict on
SQLite: it would otherwise store text in a column of integers.
"""

from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.model_config["defer_build"] = True  # rows are not validated: no validator need be there
