# Runs PROGRAM, a short run, and checks that it says that all went well, in its
# LAST line, that it drew what it measured, and that it refuses each of NONSENSE.
file(REMOVE ${SVG})
execute_process(COMMAND ${PROGRAM} --svg ${SVG} OUTPUT_VARIABLE output
                ERROR_VARIABLE errors RESULT_VARIABLE status TIMEOUT 60)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "it ended with ${status}\n${output}${errors}")
endif()
if(NOT output MATCHES "\n${LAST}\n$")
  message(FATAL_ERROR "it printed\n${output}")
endif()
file(READ ${SVG} picture)
if(NOT picture MATCHES "^<svg .*</svg>\n$")
  message(FATAL_ERROR "it drew\n${picture}")
endif()

# They stand with a bar in between; what belongs together, with an equals sign.
string(REPLACE "|" ";" NONSENSE "${NONSENSE}")
foreach(nonsense IN LISTS NONSENSE)
  string(REPLACE "=" ";" arguments ${nonsense})
  execute_process(COMMAND ${PROGRAM} ${arguments} OUTPUT_QUIET ERROR_QUIET
                  RESULT_VARIABLE status)
  if(NOT status EQUAL 2)
    message(FATAL_ERROR "${nonsense} ended it with ${status}")
  endif()
endforeach()
