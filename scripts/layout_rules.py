"""The tables of check_layout.py: rooms, arrows, libraries and what must not stand where.

A new folder, a new library or a new exception is a line here, and shows in review.
"""
import dataclasses
import re

OUR_FOLDERS = ("desired-state", "reconcilers", "metrics", "agent", "tests")
GENERATED = ("agent/build_info.h", "agent/revision.h")  # headers that the build makes
LINES = 500
MEASURED_FILES = (".h", ".cpp", ".py", ".sh", "dev")


# --- rooms and arrows

@dataclasses.dataclass(frozen=True)
class Room:
    name: str                # the folder, or the file
    includes: tuple          # prefixes of what may be included; the longest of includes and forbids decides
    forbids: tuple = ()
    pure: bool = False       # no I/O, clocks, threads
    siblings: bool = True    # False: each file or subfolder is a room of its own (edges, stores)
    shared: tuple = ()       # and what all of them may include all the same

    def may_include(self, name, target):
        if not self.siblings and target.startswith(self.name) and name.startswith(self.name):
            return target in self.shared or part_of(name, self.name) == part_of(target, self.name)
        allowed = max((len(prefix) for prefix in self.includes if begins(target, prefix)), default=-1)
        forbidden = max((len(prefix) for prefix in self.forbids if begins(target, prefix)), default=-1)
        return allowed > forbidden


def begins(target, prefix):
    """agent/* is every file that lies in agent/ itself."""
    if prefix.endswith("*"):
        return target.startswith(prefix[:-1]) and "/" not in target[len(prefix) - 1:]
    return target.startswith(prefix)


def part_of(name, folder):
    """agent/edges/server/x.cpp -> server, agent/edges/clock.h -> clock: what is one edge, one store."""
    rest = name[len(folder):]
    return rest.split("/")[0] if "/" in rest else rest.split(".")[0]


CORE = ("desired-state/", "reconcilers/core/")
SOURCES = ("desired-state/sources/",)
RECONCILERS = ("reconcilers/describe/", "reconcilers/rows/", "reconcilers/databases/", "reconcilers/backups/")
EVERYTHING = ("desired-state/", "reconcilers/", "metrics/", "agent/")

ROOMS = (
    Room("desired-state/", ("desired-state/",), SOURCES, pure=True),
    Room("desired-state/sources/", ("desired-state/",)),
    Room("reconcilers/core/", CORE, SOURCES, pure=True),
    Room("reconcilers/sql/", (*CORE, "reconcilers/sql/"), SOURCES, pure=True),
    Room("reconcilers/describe/", (*CORE, "reconcilers/describe/"), SOURCES, pure=True),
    Room("reconcilers/rows/", (*CORE, "reconcilers/rows/"), SOURCES),
    Room("reconcilers/databases/", (*CORE, "reconcilers/databases/"), SOURCES),
    Room("reconcilers/backups/", (*CORE, "reconcilers/backups/"), SOURCES),
    Room("reconcilers/stores/", (*CORE, "reconcilers/sql/", "reconcilers/stores/"), SOURCES, siblings=False),
    Room("metrics/", (*CORE, "metrics/"), SOURCES),
    Room("agent/core/", (*CORE, *RECONCILERS, "metrics/recorder.h", "agent/render/", "agent/core/"), SOURCES, pure=True),
    Room("agent/render/", (*CORE, *RECONCILERS, "agent/render/"), SOURCES, pure=True),
    Room("agent/edges/", (*CORE, *RECONCILERS, "metrics/recorder.h", "metrics/process_facts.h", "agent/core/", "agent/*", "agent/render/",
                          "agent/edges/"),
         SOURCES, siblings=False, shared=("agent/edges/descriptor.h",)),
    # What the commands need of the world comes in through interfaces; main.cpp hands them the concrete ones.
    Room("agent/commands/", (*CORE, *RECONCILERS, "metrics/recorder.h", "agent/core/", "agent/*", "agent/render/", "agent/commands/"),
         SOURCES),
    Room("agent/main", EVERYTHING),
    Room("agent/", (*CORE, *RECONCILERS, "metrics/recorder.h", "agent/core/", "agent/*", "agent/render/"), SOURCES),
    Room("tests/", (*EVERYTHING, "tests/")),
)


def room_of(name):
    """The room whose name is the longest beginning of this one; None outside of all."""
    return max((room for room in ROOMS if name.startswith(room.name)), key=lambda room: len(room.name), default=None)


# --- libraries: a header's beginning, and the folders or files that may include it

@dataclasses.dataclass(frozen=True)
class Library:
    name: str
    headers: tuple
    owners: tuple

    def allows(self, name):
        return any(name.startswith(owner) for owner in self.owners)


LIBRARIES = (
    Library("yaml-cpp", ("yaml-cpp/",), ("desired-state/", "tests/bench/")),
    Library("SQLiteCpp", ("SQLiteCpp/",), ("reconcilers/stores/sqlite/", "tests/")),
    Library("SQLite", ("sqlite3.h",), ("reconcilers/stores/sqlite/", "tests/")),
    Library("RE2", ("re2/",), ("reconcilers/core/rule.cpp", "reconcilers/core/matcher.cpp")),
    Library("CLI11", ("CLI/",), ("agent/",)),
    Library("Boost.JSON", ("boost/json.hpp", "boost/json/"), ("desired-state/", "reconcilers/core/", "reconcilers/databases/", "agent/", "metrics/", "tests/")),
    Library("Boost.URL", ("boost/url.hpp", "boost/url/"), ("desired-state/", "agent/", "tests/")),
    Library("Boost.Asio", ("boost/asio",), ("agent/edges/", "tests/")),
    Library("Boost.Beast", ("boost/beast",), ("agent/edges/",)),
    Library("fmt", ("fmt/",), ("desired-state/", "reconcilers/", "metrics/", "agent/", "tests/")),
    Library("spdlog", ("spdlog/",), ("agent/edges/",)),
    Library("prometheus-cpp", ("prometheus/",), ("metrics/prometheus/",)),
    Library("libpqxx", ("pqxx/",), ("reconcilers/stores/postgres/",)),
    Library("GoogleTest", ("gtest/", "gmock/"), ("tests/",)),
    Library("RapidCheck", ("rapidcheck.h", "rapidcheck/"), ("tests/",)),
    Library("Google Benchmark", ("benchmark/",), ("tests/bench/",)),
    Library("libyaml", ("yaml.h",), ("tests/bench/",)),
)


def library_of(header):
    return next((library for library in LIBRARIES if header.startswith(library.headers)), None)


# external:: targets, and the CMakeLists.txt files that may link them.
LINK_OWNERS = {
    "yaml_cpp": ("desired-state/", "tests/bench/"),
    "boost_json": ("desired-state/", "reconcilers/CMakeLists.txt", "agent/", "metrics/", "tests/"),
    "boost_url": ("desired-state/", "agent/", "tests/"),
    "sqlite": ("reconcilers/stores/", "tests/"),
    "sqlite_cpp": ("reconcilers/stores/", "tests/"),
    "re2": ("reconcilers/CMakeLists.txt",),
    "cli11": ("agent/",),
    "prometheus_cpp": ("metrics/prometheus/",),
    "fmt": ("desired-state/", "reconcilers/", "metrics/", "agent/", "tests/"),
}

CPP_HEADERS = frozenset("""
    algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes climits
    clocale cmath codecvt compare complex concepts condition_variable coroutine csetjmp csignal cstdarg cstddef cstdint
    cstdio cstdlib cstring ctime cuchar cwchar cwctype deque exception execution filesystem format forward_list fstream
    functional future initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map memory
    memory_resource mutex new numbers numeric optional ostream queue random ranges ratio regex scoped_allocator semaphore
    set shared_mutex source_location span sstream stack stdexcept stop_token streambuf string string_view strstream
    syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility valarray
    variant vector version
""".split())

IMPURE_HEADERS = frozenset("""
    barrier condition_variable cstdio ctime filesystem fstream future iostream istream latch mutex ostream random
    semaphore shared_mutex stop_token syncstream thread
""".split())


# --- what code must not say

@dataclasses.dataclass(frozen=True)
class CodeRule:
    name: str
    pattern: re.Pattern
    message: str
    rooms: tuple = ()          # beginnings of file names; none: everywhere
    but: tuple = ()            # except here
    pure_only: bool = False
    with_strings: bool = False
    statement: re.Pattern | None = None  # the lines around the find must say this, too

    def applies(self, name, room):
        if self.pure_only and not room.pure:
            return False
        return (not self.rooms or name.startswith(self.rooms)) and not name.startswith(self.but or ("\0",))


# Everything that opens, maps, copies or replaces a file. SQLite's own calls do not look like any of these.
OPENS_A_FILE = re.compile(
    r"\b(?:std::)?[io]?fstream\b|\b(?:std::)?filebuf\b|\bf(?:re)?open\s*\(|\bfdopen\s*\(|\bcreat\s*\(|"
    r"\bopen(?:at)?\s*\((?![^;]*\bO_(?:DIRECTORY|PATH)\b)[^;]*\bO_(?:RDONLY|WRONLY|RDWR|CREAT)\b|"
    r"\b(?:mmap|sendfile|copy_file_range)\s*\(|"
    r"\b(?:filesystem|fs)::(?:copy|copy_file|rename|resize_file)\s*\("
)
NAMES_A_DATABASE = re.compile(
    r"-wal\b|-shm\b|-journal\b|\.db\b|sqlite|\bdatabase|\bdb_?(?:path|file|name)\b|\bjournal_?(?:path|file)\b|\bwal_?(?:path|file)\b",
    re.IGNORECASE,
)

CODE_RULES = (
    CodeRule(
        "opens-the-database", OPENS_A_FILE,
        "nothing here opens files: closing one that SQLite has open loses its locks (stat, or SQLITE_FCNTL_FILE_POINTER)",
        rooms=("reconcilers/", "agent/core/", "metrics/"),
    ),
    CodeRule(
        "opens-the-database", OPENS_A_FILE,
        "opens a database or its side file by hand: closing it loses SQLite's locks (stat, or SQLITE_FCNTL_FILE_POINTER)",
        rooms=("desired-state/", "agent/"), but=("agent/core/",), statement=NAMES_A_DATABASE,
    ),
    CodeRule(
        "pure", re.compile(r"_clock::now\s*\(|\bstd::time\s*\(|\bgetenv\s*\(|\bsleep_(?:for|until)\b|\bstd::rand\b|\bthread_local\b"),
        "a pure folder reads no clock, environment or chance: they come in as arguments", pure_only=True,
    ),
    CodeRule(
        "sql-text", re.compile(r'"\s*(?:SELECT\s|INSERT\s+(?:OR\s+\w+\s+)?INTO\s|DELETE\s+FROM\s|UPDATE\s+\S+\s+SET\s|PRAGMA\s|BEGIN\b|CREATE\s+T)'),
        "a reconciler writes no SQL: it asks a Store", rooms=RECONCILERS, with_strings=True,
    ),
    CodeRule(
        "replaces", re.compile(r'"[^"\n]*\b(?:TRUNCATE\s|REPLACE\s+INTO\b|INSERT\s+OR\s+REPLACE\b|UPDATE\s+OR\s+REPLACE\b)'),
        "no TRUNCATE and no REPLACE: they delete rows that nobody named", rooms=("reconcilers/", "agent/"), with_strings=True,
    ),
    CodeRule(
        "sleep", re.compile(r"\bsleep_(?:for|until)\b|\bu?sleep\s*\(|\bnanosleep\s*\("),
        "sleeping is no synchronisation: wait for what has to happen", but=("reconcilers/stores/", "agent/edges/", "tests/bench/",
             # There it is when to kill, how often to write, and the pace of an API.
             "tests/guarantees/g2_before_or_after_test.cpp", "tests/incidents/incident_6_database_is_locked_test.cpp"),
    ),
    CodeRule(
        "regex", re.compile(r"\bstd::regex\b"), "std::regex crashes on long texts: RE2, in reconcilers/core/rule.cpp",
        rooms=("desired-state/", "reconcilers/", "metrics/", "agent/"),
    ),
)

# Any text file. Written so that this file does not find itself.
TEXT_RULES = (
    (re.compile("TO" r"DO\b|FIX" r"ME\b"), "unfinished", "finish it, or open an issue"),
    (re.compile(r"(?<![\w.~-])/(?:" "work/(?:main|shared)" "|home/" r"\w+/|root/\w|tmp/build" ")"), "machine-path", "a path of one machine"),
)
