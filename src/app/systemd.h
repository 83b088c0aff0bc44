/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* systemd.h: telling the service manager how we are: sd_notify(3), without its library. */
#ifndef APP_SYSTEMD_H
#define APP_SYSTEMD_H

/* Lines such as "READY=1"; nothing happens where nobody listens ($NOTIFY_SOCKET). */
void systemd_tell(const char *state);

/* That a reload has begun; the program after us says READY=1. */
void systemd_reloading(void);

#endif
