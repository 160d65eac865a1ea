# Every tier with every interval of a TextGrid, as Praat has them, in a table.
form List
  text source
  text listing
endform
Text writing preferences: "UTF-8"
Read from file: source$
tiers = Get number of tiers
total = Get end time
writeFileLine: listing$, fixed$ (total, 9), tab$, tiers
for tier to tiers
  name$ = Get tier name: tier
  intervals = Get number of intervals: tier
  appendFileLine: listing$, intervals, tab$, name$
  for i to intervals
    begins = Get start time of interval: tier, i
    ends = Get end time of interval: tier, i
    label$ = Get label of interval: tier, i
    appendFileLine: listing$, fixed$ (begins, 9), tab$, fixed$ (ends, 9), tab$, label$
  endfor
endfor
