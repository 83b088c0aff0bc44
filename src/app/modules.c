/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/modules.h"
#include "act/acts.h"
#include "assist/assist.h"
#include "confer/confer.h"
#include "council/council.h"
#include "mail/mail.h"
#include "parties/parties.h"
#include "watch/watch.h"

const struct module *const modules[] = { &act_module,	  &parties_module,
					 &council_module, &watch_module,
					 &confer_module,  &assist_module,
					 &mail_module,	  NULL };
