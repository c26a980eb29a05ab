# Prints the C interface's header as the site wants it. It is a mirror of the C++
# headers and says what is different in C; where it says nothing, the site says
# what it mirrors.
#
# awk -v outcomes=docs/outcomes.md -f c_header.awk c.h

# "lockstep_ledger_options" as its class is called.
function class_of(name,   words, count, i, result) {
  sub(/^lockstep_/, "", name)
  if (name == "change") return "AccountChange"
  count = split(name, words, "_")
  for (i = 1; i <= count; ++i)
    result = result toupper(substr(words[i], 1, 1)) substr(words[i], 2)
  return result
}

function field_comment(line,   name) {
  name = line
  sub(/(\[[^]]*\])?;$/, "", name)
  sub(/.*[ *]/, "", name)
  if (name == "struct_size")
    return "The size of the structure that the caller was compiled with."
  if (name ~ /^reserved[0-9]*$/) return "Zero."
  # A receipt and its refusal are one in C.
  if (struct == "lockstep_receipt" && name ~ /^(refused_|available|limit|requ|id_field|posted_as)/) {
    sub(/^refused_/, "", name)
    return "As @ref lockstep::Refusal::" name "."
  }
  # What an asset calls its id is in C its asset.
  if (struct == "lockstep_" name "_info" || struct == "lockstep_" name "_state")
    name = "id"
  return "As @ref lockstep::" class_of(struct) "::" name "."
}

BEGIN {
  while ((getline row < outcomes) > 0) {
    split(row, cells, / *\| */)
    if (cells[2] ~ /^[0-9]+$/) meaning[cells[2]] = cells[4]
  }
}

# What the header begins with is about all of it.
NR == 1 { sub(/^\/\*/, "/** @file\n *") }

/^ *\/\*\*/ { is_comment = 1 }
is_comment {
  if (/\*\/$/) {
    is_comment = 0
    has_comment = 1
  }
  print
  next
}

/^typedef struct [a-z0-9_]+ \{$/ { struct = $3 }
/^}/ { struct = ""; in_outcomes = 0 }
/^typedef int32_t lockstep_outcome;/ { in_outcomes = 1 }

struct != "" && !has_comment && /^  [a-z].*;$/ { $0 = $0 " /**< " field_comment($0) " */" }

in_outcomes && /^  LOCKSTEP_[A-Z_]+ = [0-9]+,?$/ {
  number = $3
  sub(/,/, "", number)
  if (number in meaning) $0 = $0 " /**< " meaning[number] " */"
}

/^#define LOCKSTEP_[A-Z_]+_INIT/ && !has_comment {
  print "/** What the structure begins with, its size among it. */"
}
/^#define LOCKSTEP_NOEXCEPT/ {
  print "/** In C++ the functions say that they do not throw. */"
}

# A function that shares its comment with the one above.
/^LOCKSTEP_EXPORT/ {
  declaration = $0
  while (declaration !~ /;$/ && (getline line) > 0)
    declaration = declaration "\n" line
  match(declaration, /lockstep_[a-z0-9_]+\(/)
  if (has_comment) first = substr(declaration, RSTART, RLENGTH) ")"
  else print "/** Goes with " first ", where it is explained. */"
  $0 = declaration
}

{
  if (NF) has_comment = 0
  print
}
