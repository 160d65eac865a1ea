# A TextGrid as Praat saves it: as long or short text, in UTF-8, UTF-16 or Latin-1.
form Save
  text source
  text target
  text how
endform
Read from file: source$
if index (how$, "UTF-16")
  Text writing preferences: "UTF-16"
elsif index (how$, "Latin-1")
  Text writing preferences: "try ISO Latin-1, then UTF-16"
else
  Text writing preferences: "UTF-8"
endif
if index (how$, "short")
  Save as short text file: target$
elsif index (how$, "binary")
  Save as binary file: target$
elsif index (how$, "chronological")
  Save as chronological text file: target$
else
  Save as text file: target$
endif
