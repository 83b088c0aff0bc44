/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* shape_parts.h: the shapes that shape.c puts together. */
#ifndef CHARTER_SHAPE_PARTS_H
#define CHARTER_SHAPE_PARTS_H

#include "charter/shape_macros.h"

extern const struct shape shape_organisation, shape_languages, shape_right, shape_criterion,
	shape_facts, shape_status, shape_decision_rule, shape_silence, shape_office,
	shape_chairmanship, shape_body, shape_meetings;

extern const struct shape shape_documents, shape_channel, shape_instrument, shape_monitoring,
	shape_crisis, shape_assistance;

extern const struct shape shape_forces, shape_trainings, shape_operations, shape_programmes,
	shape_education, shape_regime, shape_publication, shape_budget;

#endif
