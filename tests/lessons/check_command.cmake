# Runs PROGRAM with ARGUMENTS (words with spaces between) and compares what it
# prints with what PAGE says that NAME prints. It must end with STATUS. The page
# must show the command; with EXCERPT it may show some lines of what is printed
# instead of all. Seconds differ from run to run and are not compared.
file(READ ${PAGE} page)
get_filename_component(program ${PROGRAM} NAME)
string(FIND "${page}" "\nbuild/release/bin/${program} ${ARGUMENTS}\n" command)
if(command EQUAL -1)
  message(FATAL_ERROR "${PAGE} does not show: ${program} ${ARGUMENTS}")
endif()
string(REGEX MATCH "<!-- printed by ${NAME} -->\n```text\n([^`]*)```" found
       "${page}")
if(NOT found)
  message(FATAL_ERROR "${PAGE} does not say what ${NAME} prints")
endif()
set(printed "${CMAKE_MATCH_1}")

separate_arguments(words UNIX_COMMAND "${ARGUMENTS}")
# The time is for a build with sanitizers on a busy machine.
execute_process(COMMAND ${PROGRAM} ${words} OUTPUT_VARIABLE output
                RESULT_VARIABLE status TIMEOUT 80)
foreach(text IN ITEMS output printed)
  string(REGEX REPLACE "[0-9]+\\.[0-9]+ s," "... s," ${text} "${${text}}")
endforeach()
string(FIND "${output}" "\n${printed}" place)
if(NOT output STREQUAL printed AND (NOT EXCERPT OR place EQUAL -1))
  message(FATAL_ERROR "it printed\n${output}instead of\n${printed}")
endif()
if(NOT status EQUAL ${STATUS})
  message(FATAL_ERROR "it ended with ${status}")
endif()
