module withgo

go 1.19
