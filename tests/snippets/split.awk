# Takes a page apart into what its code blocks say, for the tests to compile and
# to run. What a page may say to it is in tests/snippets/README.md.
#
# awk -v page=docs/embedding.md -v out=FOLDER -f split.awk FILE
#
# Writes into FOLDER, which exists, and prints a line for each piece that it
# wrote: KIND LINE FILE, and for what is run and compared, the FILE with what it
# prints. Complains, with the page's name and line, and ends with 1 if the page
# is not as it should be.

function complain(line, what) {
  printf "%s:%d: %s\n", page, line, what > "/dev/stderr"
  broken = 1
}

# The sources that go on from block to block, one for each language.
function continued(language) { return "page." suffix[language] }

function write(file, text) { printf "%s", text > (out "/" file) }

function piece(kind, line, file) {
  pieces[++piece_count] = kind " " line " " file
}

# So that compilers speak of the page's lines.
function numbered(line, text) {
  return "#line " line " \"" page "\"\n" text
}

# Shell words that write `text` into the file `name`.
function here_document(name, text) {
  return "cat >'" name "' <<'END_OF_BLOCK'\n" text "END_OF_BLOCK\n"
}

# The commands of a block; what the last line of them prints is kept.
function commands(text, line,   rows, count, i, result) {
  count = split(text, rows, "\n") - 1
  result = "line=" line "\n"
  for (i = 1; i < count; ++i) result = result rows[i] "\n"
  return result "{ " rows[count] "; } | tee \"$printed\"\n"
}

# A piece of code that readers of the page do not see.
function end_of_hidden() {
  if (hidden == "cmake") {
    cmake_before = hidden_text
  } else {
    sources[hidden] = sources[hidden] numbered(hidden_line + 1, hidden_text)
    if (hidden_text ~ /int main\(/) runs[hidden] = 1
  }
  hidden = ""
}

function end_of_code(   file) {
  if (text ~ /(^|\n)int main\(/) {
    file = "program-" fence_line "." suffix[language]
    write(file, numbered(fence_line + 1, text))
    piece(language "-program", fence_line, file)
    printer = piece_count
    if (language == "cpp" && first_program == "") {
      first_program = text
      write("main.cpp", text)
    }
    return
  }
  sources[language] = sources[language] numbered(fence_line + 1, text)
  if (!(language in first_line)) first_line[language] = fence_line
}

function end_of_cmake(   file) {
  file = "cmake-" fence_line ".txt"
  if (text !~ /project\(/) {
    text = "cmake_minimum_required(VERSION 3.22)\n" \
           "project(snippet LANGUAGES CXX)\n" cmake_before text
  }
  write(file, text)
  piece("cmake", fence_line, file)
  cmake_before = ""
}

function end_of_shell() {
  write("shell-" fence_line ".sh", text)
  piece("shell", fence_line, "shell-" fence_line ".sh")
  if (mark == "run") {
    walk = walk commands(text, fence_line)
    printer = -1
  } else if (mark !~ /^not run: ./) {
    unmarked_line = fence_line
  }
}

# What the block before it prints.
function end_of_text(   file) {
  if (!promised) return
  if (printer == -1) {
    walk = walk "line=" fence_line "\n" \
           "diff -u - \"$printed\" <<'END_OF_BLOCK'\n" text "END_OF_BLOCK\n"
  } else if (printer) {
    file = "prints-" fence_line ".txt"
    write(file, text)
    pieces[printer] = pieces[printer] " " file
  } else {
    complain(fence_line, "nothing before it could print this")
  }
  promised = 0
  printer = 0
}

function end_of_block() {
  if (mark ~ /^file: /) {
    walk = walk "line=" fence_line "\n" here_document(substr(mark, 7), text)
    if (mark == "file: main.cpp") write("main.cpp", first_program = text)
  } else if (language == "cpp" || language == "c") {
    end_of_code()
  } else if (language == "cmake") {
    end_of_cmake()
  } else if (language == "sh") {
    end_of_shell()
  } else if (language == "text") {
    end_of_text()
  }
  mark = ""
}

BEGIN {
  suffix["cpp"] = "cc"
  suffix["c"] = "c"
  known = " cpp c cmake sh text json diff "
}

hidden != "" {
  if ($0 ~ /^-->$/) end_of_hidden()
  else hidden_text = hidden_text $0 "\n"
  next
}

in_block {
  line = $0
  if (substr(line, 1, length(indent)) == indent)
    line = substr(line, length(indent) + 1)
  if (line ~ /^```[ \t]*$/) {
    in_block = 0
    end_of_block()
  } else {
    text = text line "\n"
  }
  next
}

/^<!-- (cpp|c|cmake)$/ {
  hidden = $2
  hidden_line = NR
  hidden_text = ""
  next
}

/^<!-- (file: [^ ]+|run|not run: .+) -->$/ {
  if (mark != "") complain(NR, "two marks for one block")
  mark = substr($0, 6, length($0) - 9)
  mark_line = NR
  if (mark !~ /^not run/) walked = 1
  next
}

/^ *~~~/ { complain(NR, "write ``` around blocks") }

/^ *```/ {
  match($0, /^ */)
  indent = substr($0, 1, RLENGTH)
  language = substr($0, RLENGTH + 4)
  in_block = 1
  fence_line = NR
  text = ""
  if (language != "text") printer = promised = 0
  if (language != "" && index(known, " " language " ") == 0)
    complain(NR, "no test knows the language \"" language "\"; there are" known)
  next
}

/It prints:?$/ {
  promised = 1
  next
}

/./ {
  if (mark != "") complain(mark_line, "there is no block below this mark")
  mark = ""
  promised = 0
  printer = 0
}

END {
  if (hidden != "") complain(hidden_line, "this comment is never closed")
  if (in_block) complain(fence_line, "this block is never closed")
  if (mark != "") complain(mark_line, "there is no block below this mark")
  for (language in first_line) {
    file = "page." suffix[language]
    write(file, sources[language])
    piece(language (runs[language] ? "-program" : "-part"),
          first_line[language], file)
  }
  if (walked) {
    if (unmarked_line) {
      complain(unmarked_line, "say \"run\" or \"not run: WHY\" above it, as " \
               "the page's other blocks are run")
    }
    write("walk.sh", walk)
    piece("walk", 1, "walk.sh")
  }
  for (i = 1; i <= piece_count; ++i) print pieces[i]
  exit broken
}
