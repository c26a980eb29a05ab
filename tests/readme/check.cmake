# Runs PROGRAM and compares what it prints with the file PRINTED.
execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE output
                RESULT_VARIABLE status)
file(READ ${PRINTED} printed)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "it ended with ${status}")
endif()
if(NOT output STREQUAL printed)
  message(FATAL_ERROR "it printed\n${output}instead of\n${printed}")
endif()
