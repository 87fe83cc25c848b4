#include "reconcilers/stores/sqlite/errors.h"

namespace holdfast::stores {

Error sqlite_error(int code, const std::string& message, const std::string& where) {
  switch (code) {
    case SQLITE_READONLY_DBMOVED:
      return {ErrorKind::Transient, "the database file was moved or deleted while it was open", where, "run again"};
    case SQLITE_IOERR_SHMOPEN:
    case SQLITE_IOERR_SHMSIZE:
    case SQLITE_READONLY_CANTINIT:
    case SQLITE_READONLY_DIRECTORY:
      return {ErrorKind::Terminal, "the database's side files cannot be written", where,
              "give this user write access to the folder of the database, or make room on its disk"};
    default: break;
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:  // WAL: too many others were starting at once
      return {ErrorKind::Transient, "database is locked", where,
              "another process keeps the lock longer than lockTimeout; shorten its transactions or raise lockTimeout"};
    case SQLITE_READONLY:
      return {ErrorKind::Terminal, "database is read-only", where,
              "give this user write access to the file and its folder"};
    case SQLITE_CANTOPEN:
      return {ErrorKind::Terminal, "cannot open the database", where,
              "check the path and the rights on file and folder"};
    case SQLITE_NOTADB:
      return {ErrorKind::Terminal, "the file is not an SQLite database", where, "check the path in the Database's url",
              true};
    case SQLITE_CORRUPT:
      return {ErrorKind::Terminal, "database is corrupt (" + message + ")", where, "restore it from a backup", true};
    case SQLITE_FULL:
      return {ErrorKind::Terminal, "disk is full", where, "free some space; what was under way was rolled back"};
    case SQLITE_IOERR:
      return {ErrorKind::Terminal, "reading or writing the disk failed (" + message + ")", where,
              "check the disk; what was under way was rolled back"};
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {ErrorKind::Terminal, "access was denied (" + message + ")", where, "check the rights on file and folder"};
    case SQLITE_NOMEM:
      return {ErrorKind::Terminal, "there is not enough memory", where,
              "free some; what was under way was rolled back"};
    case SQLITE_SCHEMA: return {ErrorKind::SchemaChanged, "the schema changed", where, "run again"};
    case SQLITE_INTERRUPT: return {ErrorKind::Transient, "it took too long", where, ""};
    default: break;
  }
  // A kept statement is prepared again by the engine when the schema moves, and then misses what is gone.
  if (message.rfind("no such table", 0) == 0 || message.rfind("no such column", 0) == 0) {
    return {ErrorKind::SchemaChanged, "the schema changed (" + message + ")", where, "run again"};
  }
  return {ErrorKind::Terminal, message, where, ""};
}

Error sqlite_error(sqlite3* database, const std::string& where) {
  return sqlite_error(sqlite3_extended_errcode(database), sqlite3_errmsg(database), where);
}

RowFailure row_failure(int code) {
  switch (code) {
    case SQLITE_CONSTRAINT_NOTNULL: return RowFailure::NotNull;
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return RowFailure::Unique;
    case SQLITE_CONSTRAINT_CHECK: return RowFailure::Check;
    case SQLITE_CONSTRAINT_FOREIGNKEY: return RowFailure::ForeignKey;
    case SQLITE_CONSTRAINT_DATATYPE: return RowFailure::Datatype;
    case SQLITE_CONSTRAINT_TRIGGER: return RowFailure::RefusedByTrigger;
    default: break;
  }
  switch (code & 0xff) {
    case SQLITE_MISMATCH: return RowFailure::Datatype;
    case SQLITE_TOOBIG: return RowFailure::TooBig;
    case SQLITE_CONSTRAINT: return RowFailure::Check;
    default: return RowFailure::None;
  }
}

}  // namespace holdfast::stores
