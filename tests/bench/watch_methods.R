# watch_methods.R FILE: CPU seconds of R's surveillance and EpiEstim over the regions of FILE (a line
# each), one region at a time, which is faster than a matrix of them; and sums of what they said.
suppressMessages({library(surveillance); library(EpiEstim)})
y <- lapply(strsplit(readLines(commandArgs(TRUE)[1]), " "), as.integer)
cpu <- function(name, each) {
	said <- 0
	t <- system.time(for (s in y) said <- said + each(s))
	cat(sprintf("%s %.9f\n%s_said %.17g\n", name, t[["user.self"]] + t[["sys.self"]], name, said))
}
one <- function(s) sts(observed = s, start = c(2000, 1), frequency = 365)
ears <- function(s) sum(sapply(c("C1", "C2", "C3"), function(m)
	sum(alarms(earsC(one(s), list(method = m, alpha = if (m == "C3") 0.025 else 0.001))), na.rm = TRUE)))
flexible <- function(s) farringtonFlexible(one(s), list(range = length(s), b = 2, w = 3, noPeriods = 10,
	pastWeeksNotIncluded = 26, pThresholdTrend = 1, alpha = 0.01, thresholdMethod = "nbPlugin",
	glmWarnings = FALSE))@control$phiVector[1]
rt <- function(s) {
	from <- seq(2, length(s) - 6)
	r <- suppressMessages(suppressWarnings(estimate_R(s, method = "parametric_si", config = make_config(list(
		mean_si = 4.7, std_si = 2.9, t_start = from, t_end = from + 6)))$R))
	sum(r[, 5] > 1, na.rm = TRUE)
}
cpu("ears", ears)
cpu("flexible", flexible)
cpu("rt", rt)
