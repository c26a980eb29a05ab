# Runs PROGRAM, a short run, and checks that no race lost money and that it drew
# what it measured.
file(REMOVE ${SVG})
execute_process(COMMAND ${PROGRAM} --svg ${SVG} OUTPUT_VARIABLE output
                ERROR_VARIABLE errors RESULT_VARIABLE status TIMEOUT 60)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "it ended with ${status}\n${output}${errors}")
endif()
if(NOT output MATCHES "\n24 races: the money is all there\n$")
  message(FATAL_ERROR "it printed\n${output}")
endif()
file(READ ${SVG} picture)
if(NOT picture MATCHES "^<svg .*</svg>\n$")
  message(FATAL_ERROR "it drew\n${picture}")
endif()

foreach(nonsense --nonsense "--accounts;1" "--payers;many" --svg)
  execute_process(COMMAND ${PROGRAM} ${nonsense} OUTPUT_QUIET ERROR_QUIET
                  RESULT_VARIABLE status)
  if(NOT status EQUAL 2)
    message(FATAL_ERROR "${nonsense} ended it with ${status}")
  endif()
endforeach()
