#include "agent/help.h"

namespace holdfast::agent {
namespace {

constexpr std::string_view main_page =
    R"(Holdfast keeps the rows that matter in a database where they belong.

Usage: holdfast COMMAND [-f FILE|FOLDER]... [flags]

Commands:
  init       write documents that ask for what is in a database now
  validate   check documents without a database
  plan       show the exact changes, row by row; writes nothing
  apply      make one run: insert, update and delete what the documents say
  accept     take live values into the documents: the text is edited in place
  export     print every row of one table as a document or as CSV, or get back the documents that a database keeps
  history    list the runs that changed something
  undo       take a run back, row by row, exactly
  release    let rows go that are held since an undo
  run        keep rows as declared all the time, beside an API or by itself
  status     show what a running agent sees, does and holds
  reconcile  let a running agent look at once
  pause      let a running agent change nothing for a while
  resume     end a pause
  adopt      take a copied database as one's own
  doctor     say why a database does not persist, or why its application fails
  version    show what this program is made of
  help       explain a command: holdfast help plan

Flags of all commands:
  -f, --file FILE|FOLDER     documents, *.yaml and *.yml of a folder; repeat it for more,
                             or set HOLDFAST_FILES to paths with colons between them
      --database NAME=URL    use this URL for the Database called NAME; repeat it for more
  -o, --output FORMAT        text (default), json or markdown
      --color WHEN           auto (default), always or never; NO_COLOR is respected
  -h, --help                 this page, or the page of a command
      --version              the version on one line

Start here:
  holdfast init sqlite:PATH     Write the documents in rows/.
  holdfast validate -f rows/    Are the documents right?
  holdfast plan -f rows/        What would change?
  holdfast apply -f rows/       Make it so.

Exit codes:
  0 in sync or done, 1 failed, 2 drift is left, 3 the documents are invalid, 64 wrong usage
)";

constexpr std::string_view init_page =
    R"(Writes documents that ask for what is in a database now: one for the database, one for each table with its rows.
Reads only, and changes nothing. A plan of what it wrote finds nothing to do.

Usage: holdfast init URL [--tables A,B] [--out FOLDER] [--setup]

Flags:
      --tables A,B           these tables; without it all but those whose rows the application only adds
      --out FOLDER           where the documents go (default rows); it is made if it is not there
      --setup                the statements that make the tables, too, so that a lost database can be made anew

Examples:
  holdfast init sqlite:popup_campaigns.db
  holdfast init sqlite:/data/popup_campaigns.db --tables campaigns,properties --out rows
  holdfast init 'sqlite:${POPUP_DATABASE}' --setup

Variables of the URL are put in, and stay in the document; a relative path is made to lead from the folder.
For each table it chooses what its rows are found by, which columns people edit in the application and which the
documents leave alone, and says so in comments: read them before you write mode: Enforce. More than 1,000 rows go to
a CSV file beside the document. No file is ever overwritten, and a folder that has documents already is left alone:
then nothing is written, and --out names another folder.

Exit codes:
  0 done, 1 failed and nothing was written, 64 wrong usage
)";

constexpr std::string_view export_page =
    R"(Prints every row of one table, all columns, as a RowSet document or as CSV; or writes the documents into a folder
that were last applied to a database, as it keeps them. Reads the database only, and changes nothing in it.

Usage: holdfast export URL --table NAME [-o yaml|csv]
       holdfast export URL --documents [--out FOLDER]
       holdfast export -f FILE|FOLDER... (--table NAME [-o yaml|csv] | --documents [--out FOLDER])

Flags:
      --table NAME           the table
      --documents            the documents that were last applied, with their files of rows
      --out FOLDER           where the documents go (default rows); it is made if it is not there
  -f, --file FILE|FOLDER     documents that name the database; repeat it for more, or set HOLDFAST_FILES
      --database NAME=URL    use this URL for the Database called NAME
  -o, --output FORMAT        yaml (default) or csv, for rowsFrom

Examples:
  holdfast export sqlite:popup_campaigns.db --table campaigns > campaigns.yaml
  holdfast export -f rows/ --table properties -o csv
  holdfast export sqlite:/data/popup_campaigns.db --documents --out rescued

Documents are kept up to 8 MiB, and not when a password is written in them instead of ${VARIABLE}. No file is ever
overwritten: if one is there, nothing is written.

Exit codes:
  0 done, 1 failed, 3 the documents are invalid, 64 wrong usage
)";

constexpr std::string_view validate_page =
    R"(Checks documents without a database: every mistake at once, with file, line and column.

Usage: holdfast validate -f FILE|FOLDER... [-o text|json]

Flags:
  -f, --file FILE|FOLDER     documents; repeat it for more, or set HOLDFAST_FILES
      --database NAME=URL    use this URL for the Database called NAME
  -o, --output FORMAT        text (default) or json

Examples:
  holdfast validate -f rows/
  holdfast validate -f database.yaml -f campaigns.yaml
  holdfast validate -f rows/ -o json | jq '.errors[].message'

Whether columns and values fit the tables is seen by plan, which asks the database.

Exit codes:
  0 valid, 3 invalid, 64 wrong usage
)";

constexpr std::string_view plan_page =
    R"(Shows the exact changes that apply would make: deletes first, row by row, old and new values, and the rows
that would go with a delete. Writes nothing at all. Whether a CHECK or a trigger refuses a row shows when apply writes it.

Usage: holdfast plan -f FILE|FOLDER... [--database NAME=URL]... [--detailed-exitcode] [-o text|json|markdown]

Flags:
  -f, --file FILE|FOLDER     documents; repeat it for more, or set HOLDFAST_FILES
      --database NAME=URL    use this URL for the Database called NAME, a copy for example
      --detailed-exitcode    exit 2 when there is drift; without it 0
  -o, --output FORMAT        text (default), json (whole values), markdown (for a pull request)
      --color WHEN           auto (default), always or never; NO_COLOR is respected

Examples:
  holdfast plan -f rows/
  holdfast plan -f rows/ --database popup=sqlite:copy-of-popup.db
  holdfast plan -f rows/ -o markdown | gh pr comment --body-file -
  holdfast plan -f rows/ --detailed-exitcode || echo "somebody changed rows"

Exit codes:
  0 done, 1 failed, 2 drift (with --detailed-exitcode), 3 the documents are invalid, 64 wrong usage
)";

constexpr std::string_view apply_page =
    R"(Makes one run: reads the live rows, plans, carries the plan out in transactions, reads again, and stops.
Rows that no rule names are left alone. A second run right after the first changes nothing.

Usage: holdfast apply -f FILE|FOLDER... [--database NAME=URL]... [--confirm HASH]... [-o text|json|markdown]

Flags:
  -f, --file FILE|FOLDER     documents; repeat it for more, or set HOLDFAST_FILES
      --database NAME=URL    use this URL for the Database called NAME
  -o, --output FORMAT        text (default), json or markdown
      --confirm HASH         the deletes of this very plan are meant, also those over their limits; a plan that has
                             changed since is refused. plan shows the hash, 12 digits of it are enough;
                             one for each database in which deletes wait
      --color WHEN           auto (default), always or never; NO_COLOR is respected

Examples:
  holdfast plan -f rows/ && holdfast apply -f rows/
  holdfast apply -f rows/ -o json | jq .summary

It may be interrupted at any time: the transaction under way is taken back, those before it are whole.

Exit codes:
  0 in sync, 1 a change or a database failed, 2 drift is left (reported, held or blocked),
  3 the documents are invalid and nothing was changed, 64 wrong usage
)";

constexpr std::string_view accept_page =
    R"(The other way round: takes the live values of declared rows that were changed into the documents. The text is
edited in place, only the values that changed; comments, order, indentation and quotes stay. Prints a unified diff.

Usage: holdfast accept [SET[/KEY]] -f FILE|FOLDER... [--dry-run] [-o text|json]

Flags:
  -f, --file FILE|FOLDER     documents; repeat it for more, or set HOLDFAST_FILES
      --database NAME=URL    use this URL for the Database called NAME
      --dry-run              print the diff, and write nothing
  -o, --output FORMAT        text (default) or json

Examples:
  holdfast accept -f rows/ --dry-run
  holdfast accept -f rows/ && git commit -am "As it is live"
  holdfast accept "campaigns/Trading Tips" -f rows/

SET is a RowSet; KEY is one row of it: its key's values with commas between them. Rows that are missing, forbidden,
extra or there under another primary key are not taken over. Nothing is written unless everything can be, and unless
the edited documents read back as wanted. Sensitive values are written, and masked in the diff.

Exit codes:
  0 what was named is in sync with the documents now, 1 failed or refused (each value says why; nothing was written),
  2 drift is left that accept does not take over, 3 the documents are invalid, 64 wrong usage
)";

constexpr std::string_view history_page =
    R"(Lists the runs that changed something, newest first: when, by whom, from which documents, how many rows.

Usage: holdfast history -f FILE|FOLDER... [--limit N] [-o text|json]

Flags:
  -f, --file FILE|FOLDER     documents that name the database; repeat it for more, or set HOLDFAST_FILES
      --database NAME=URL    use this URL for the Database called NAME
      --limit N              how many runs to show (default 20)
  -o, --output FORMAT        text (default) or json

Examples:
  holdfast history -f rows/
  holdfast history -f rows/ -o json | jq -r '.runs[0].id'

Exit codes:
  0 done, 1 a database could not be read, 3 the documents are invalid, 64 wrong usage
)";

constexpr std::string_view undo_page =
    R"(Takes a run back: each row is put back exactly as it was before, rows that went along with a delete included.
A row that somebody has changed since is left alone and named. The rows are then held: apply leaves them as they are
until the documents say something else about them, or holdfast release.

Usage: holdfast undo RUN -f FILE|FOLDER... [--only SET[/KEY]] [--dry-run] [-o text|json|markdown]

Flags:
  -f, --file FILE|FOLDER     documents; repeat it for more, or set HOLDFAST_FILES
      --database NAME=URL    use this URL for the Database called NAME
      --only SET[/KEY]       only this set's rows, or only one row: its key's values with commas between them
      --dry-run              show what would be done, and write nothing
  -o, --output FORMAT        text (default), json or markdown

Examples:
  holdfast history -f rows/
  holdfast undo 01JD3K7A -f rows/ --dry-run
  holdfast undo 01JD3K7A -f rows/ --only "campaigns/Prizies"

RUN is a run's id, its beginning (8 characters or more), or `last`. An undo is a run as well and can be taken back.

Exit codes:
  0 all of it is back, 1 failed, 2 some rows could not be put back (each says why), 3 the documents are
  invalid and nothing was changed, 64 wrong usage
)";

constexpr std::string_view release_page =
    R"(Lets rows go that are held since an undo: the next apply treats them as the documents say.

Usage: holdfast release [SET[/KEY]] -f FILE|FOLDER... [--database NAME=URL]... [-o text|json]

Flags:
  -f, --file FILE|FOLDER     documents that name the database; repeat it for more, or set HOLDFAST_FILES
      --database NAME=URL    use this URL for the Database called NAME
  -o, --output FORMAT        text (default) or json

Examples:
  holdfast release -f rows/
  holdfast release "campaigns/Prizies" -f rows/

A SET that no document declares any more also gives up the rows that it owns: nobody protects or removes them then.

Exit codes:
  0 done, also where no such row is held, 1 failed, or no such set is known, 3 the documents are invalid,
  64 wrong usage
)";

constexpr std::string_view run_page =
    R"(Keeps the declared rows as they are declared, all the time: a change is noticed and mended at once. With a command it
starts that, your API for instance, once the rows are right, passes signals on, and ends with its exit code.

Usage: holdfast run -f FILE|FOLDER... [--database NAME=URL]... [flags] [-- COMMAND...]

Flags:
  -f, --file FILE|FOLDER     documents; a change of them rolls out without a restart. Repeat it for more
      --database NAME=URL    use this URL for the Database called NAME
      --before CMD           with a command: run this first, the application's own migration for example
      --start-timeout TIME   start the command after this time, whatever went wrong (default 30s)
      --strict-start         end with 125 instead, when the start does not come about
      --stop-timeout TIME    with a command: who has not ended this long after a signal is killed (default 10s)
      --listen HOST:PORT     where the HTTP API is (default 127.0.0.1:8790)
      --token-file FILE      lines NAME read|write SECRET; or HOLDFAST_TOKEN for one write token
      --allow-host A,B       further names by which the API may be called
      --open-metrics         /metrics without a token, off loopback too
      --ready-when WHEN      /readyz is 200 when every set is decided (default), or in-sync
      --ready-file FILE      is there once the command is started and the rows are right
      --state-folder FOLDER  where to remember what was last seen of a database (default: beside it)
      --pin REVISION         hold other revisions of the documents back; drift is mended all the same
      --log FORM             text, json, or auto (default): text on a terminal

Each flag may be a variable instead: HOLDFAST_LISTEN, HOLDFAST_TOKEN_FILE and so on; holdfast status shows each value and
where it came from.

Examples:
  holdfast run -f rows/
  holdfast run -f rows/ --before "alembic upgrade head" -- uvicorn app:app --port 8080

Exit codes:
  that of the command; 125 a failure of ours, 126 the command cannot be executed, 127 it is not there;
  without a command 0 after a signal; 64 wrong usage
)";

constexpr std::string_view status_page =
    R"(Shows what a running agent sees: each row set with its rows, drift, holds and pauses.

Usage: holdfast status [SET] [--agent URL] [--token-file FILE] [-o text|json]

Flags:
      --agent URL            the agent (default http://127.0.0.1:8790, or HOLDFAST_AGENT)
      --token-file FILE      lines NAME read|write SECRET, of which the first is used; or HOLDFAST_TOKEN
  -o, --output FORMAT        text (default) or json: what /api/v1/status answers

Exit codes:
  0 in sync, 1 the agent cannot be asked, 2 drift is left or something waits for a person, 64 wrong usage
)";

constexpr std::string_view reconcile_page =
    R"(Lets a running agent look at its databases at once, and tells what came of it. Needs a write token.

Usage: holdfast reconcile [SET] [--agent URL] [--token-file FILE] [-o text|json]

Flags:
      --agent URL            the agent (default http://127.0.0.1:8790, or HOLDFAST_AGENT)
      --token-file FILE      lines NAME read|write SECRET, of which the first that may write is used; or HOLDFAST_TOKEN
  -o, --output FORMAT        text (default) or json: what the agent answers

Exit codes:
  0 done and in sync, 1 the agent cannot be asked or refuses, 2 drift is left, 64 wrong usage
)";

constexpr std::string_view pause_page =
    R"(Lets a running agent change nothing for a while: drift is seen and shown, and mended when the pause is over. A pause
always ends by itself. Needs a write token.

Usage: holdfast pause [SET] [--for TIME] [--agent URL] [--token-file FILE] [-o text|json]

Flags:
      --for TIME             how long (default 1h): 30m, 2h
      --agent URL            the agent (default http://127.0.0.1:8790, or HOLDFAST_AGENT)
      --token-file FILE      lines NAME read|write SECRET, of which the first that may write is used; or HOLDFAST_TOKEN
  -o, --output FORMAT        text (default) or json: what the agent answers

Exit codes:
  0 done, 1 the agent cannot be asked or refuses, 64 wrong usage
)";

constexpr std::string_view resume_page =
    R"(Ends a pause, and lets rows go that are held because somebody else keeps changing them. Needs a write token.

Usage: holdfast resume [SET] [--agent URL] [--token-file FILE] [-o text|json]

Flags:
      --agent URL            the agent (default http://127.0.0.1:8790, or HOLDFAST_AGENT)
      --token-file FILE      lines NAME read|write SECRET, of which the first that may write is used; or HOLDFAST_TOKEN
  -o, --output FORMAT        text (default) or json: what the agent answers

Exit codes:
  0 done, 1 the agent cannot be asked or refuses, 64 wrong usage
)";

constexpr std::string_view adopt_page =
    R"(Takes a copied database as one's own. A running agent does not write to a copy of a database that is looked after
somewhere else, nor to a file that belongs to another one, until this was said: from then on it is a database of its own.

Usage: holdfast adopt -f FILE|FOLDER... [--database NAME=URL]...

Flags:
  -f, --file FILE|FOLDER     documents that name the database; repeat it for more, or set HOLDFAST_FILES
      --database NAME=URL    use this URL for the Database called NAME

Exit codes:
  0 done, also where there was nothing to adopt, 1 a database could not be read or written, 3 the documents are
  invalid, 64 wrong usage
)";

constexpr std::string_view doctor_page =
    R"(Looks at each database and at the machine it lies on, and says what is wrong and what to do: does the file outlive a
deploy, which processes have which database open, is it damaged, a copy or the wrong one, can everybody write who has to,
do rows refer to nothing. Reads only; it never makes a writer wait for long.

Usage: holdfast doctor -f FILE|FOLDER... [--database NAME=URL]... [-o text|json]

Flags:
  -f, --file FILE|FOLDER     documents that name the database; repeat it for more, or set HOLDFAST_FILES
      --database NAME=URL    use this URL for the Database called NAME
  -o, --output FORMAT        text (default) or json

Examples:
  holdfast doctor -f rows/
  holdfast doctor -f rows/ -o json | jq '.databases[].findings[] | select(.severity == "problem")'

Run it where the application runs, in the same container and as the same user, while the application is up.

Exit codes:
  0 nothing is wrong, 2 a warning or a problem, 3 the documents are invalid, 64 wrong usage
)";

constexpr std::string_view version_page =
    R"(Shows the version, the formats it reads, the revision it was built from, the compiler and the libraries.

Usage: holdfast version [-o text|json]

Flags:
  -o, --output FORMAT        text (default) or json

Examples:
  holdfast version
  holdfast version -o json | jq -r .libraries.sqlite
)";

constexpr std::string_view help_page =
    R"(Explains a command.

Usage: holdfast help [COMMAND]
)";

}  // namespace

const std::vector<std::string>& command_names() {
  static const std::vector<std::string> names = {"init",    "validate", "plan",    "apply",  "accept",  "export",
                                                 "history", "undo",     "release", "run",    "status",  "reconcile",
                                                 "pause",   "resume",   "adopt",   "doctor", "version", "help"};
  return names;
}

std::string_view help_text(std::string_view topic) {
  if (topic == "init") return init_page;
  if (topic == "export") return export_page;
  if (topic == "validate") return validate_page;
  if (topic == "plan") return plan_page;
  if (topic == "apply") return apply_page;
  if (topic == "accept") return accept_page;
  if (topic == "history") return history_page;
  if (topic == "undo") return undo_page;
  if (topic == "release") return release_page;
  if (topic == "run") return run_page;
  if (topic == "status") return status_page;
  if (topic == "reconcile") return reconcile_page;
  if (topic == "pause") return pause_page;
  if (topic == "resume") return resume_page;
  if (topic == "adopt") return adopt_page;
  if (topic == "doctor") return doctor_page;
  if (topic == "version") return version_page;
  if (topic == "help") return help_page;
  return main_page;
}

}  // namespace holdfast::agent
