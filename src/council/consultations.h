/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* consultations.h: judges and views of consultations; private to council/. */
#ifndef COUNCIL_CONSULTATIONS_H
#define COUNCIL_CONSULTATIONS_H

#include "act/kind.h"

act_judge_h consultation_ask_judge, consultation_call_judge, consultation_answer_judge,
	consultation_presence_judge, consultation_paper_judge, consultation_conclude_judge,
	consultation_agree_judge, consultation_finish_judge;
view_run_h consultations_run, consultation_parties_run, consultation_todos_run,
	consultation_papers_run, consultation_figures_run;

#endif
