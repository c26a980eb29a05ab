# Runs PROGRAM and compares what it prints with what PAGE says that NAME prints.
file(READ ${PAGE} page)
string(REGEX MATCH "<!-- printed by ${NAME} -->\n```text\n([^`]*)```" found
       "${page}")
if(NOT found)
  message(FATAL_ERROR "${PAGE} does not say what ${NAME} prints")
endif()
set(printed "${CMAKE_MATCH_1}")

# The time is for a build with sanitizers on a busy machine.
execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE output
                RESULT_VARIABLE status TIMEOUT 60)
if(NOT output STREQUAL printed)
  message(FATAL_ERROR "it printed\n${output}instead of\n${printed}")
endif()
if(NOT status EQUAL 0)
  message(FATAL_ERROR "it ended with ${status}")
endif()
