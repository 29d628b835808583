# The indicators as a report script counts them: rows from MariaDB, then dplyr. Prints the seconds and writes the sums.
library(DBI)
suppressPackageStartupMessages(library(dplyr))

arguments <- commandArgs(trailingOnly = TRUE)
con <- dbConnect(RMySQL::MySQL(), dbname = "maaling", user = "root", unix.socket = arguments[1])

indicator <- function(rows, id, inside, value) {
  rows |>
    mutate(inside = coalesce({{ inside }}, FALSE), value = ifelse(inside, coalesce(as.numeric({{ value }}), 0), 0)) |>
    group_by(AvdRESH, maaned) |>
    summarise(indikator = id, nevner = sum(inside), teller = sum(value), .groups = "drop")
}

started <- Sys.time()
rows <- dbGetQuery(con, "select * from allevarnum where StartdatoTO is not null") |>
  mutate(
    maaned = substr(StartdatoTO, 1, 7),
    visits = coalesce(AntPasTils, 0) > 0,
    faggrupper = rowSums(!is.na(across(c(AntTilsLege, AntTilsSykPleier, AntTilsPsyk, AntTilsFysioT, AntTilsSosio))))
  )
result <- bind_rows(
  indicator(rows, "I1", visits, faggrupper >= 2),
  indicator(rows, "I2", visits & !is.na(HenvistDato), HenvistDato == StartdatoTO),
  indicator(rows, "I3", !is.na(EvalSpm3), EvalSpm3 %in% c(4, 5)),
  indicator(rows, "I4a", StSmBev12 != 99 & StSmBev21 != 99, StSmBev12 > StSmBev21),
  indicator(rows, "I4b", SvSmBev12 != 99 & SvSmBev21 != 99, SvSmBev12 > SvSmBev21),
  indicator(rows, "I4c", StSmRo12 != 99 & StSmRo21 != 99, StSmRo12 > StSmRo21),
  indicator(rows, "I4d", SvSmRo12 != 99 & SvSmRo21 != 99, SvSmRo12 > SvSmRo21),
  indicator(rows, "I5", IkkeMedBeh %in% c(0, 1), IkkeMedBeh == 1),
  indicator(rows, "I6", VidereOppf == 1 & BehNedtrappAvsluttTils == 1, Journalnotat == 1),
  indicator(rows, "I9", Tilsett == 1 & AngiNRS12 != 2 & AngiNRS21 != 2, AngiNRS12 == 1 & AngiNRS21 == 1),
  indicator(rows, "I10", !is.na(MoEkvivalens22), MoEkvivalens22)
)
cat(as.numeric(difftime(Sys.time(), started, units = "secs")))
write.csv(summarise(group_by(result, indikator), nevner = sum(nevner), teller = sum(teller)), arguments[2], row.names = FALSE)
invisible(dbDisconnect(con))
