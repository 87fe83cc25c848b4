# cmake -DSOURCE=… -DOUTPUT=… -P git_describe.cmake: writes the header with the revision, only when it has changed.
# Outside of a work tree, or without git, the revision is empty.
execute_process(
  COMMAND git -c safe.directory=* -C ${SOURCE} describe --always --dirty --tags
  OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
  set(revision "")
endif()
set(text "#pragma once\n#define HOLDFAST_REVISION \"${revision}\"\n")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT "${before}" STREQUAL "${text}")
  file(WRITE ${OUTPUT} "${text}")
endif()
