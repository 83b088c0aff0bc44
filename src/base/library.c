/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <dlfcn.h>
#include <string.h>

#include "base/library.h"


int library_open(void *functions, const char *library, const char *const *names, size_t count,
		 struct fault *f)
{
	void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);

	if (!handle)
		return fault_set(f, E_ABSENT,
				 "The library %s is needed for this and cannot be opened: %s.",
				 library, dlerror());
	for (size_t i = 0; i < count; i++) {
		void *function = dlsym(handle, names[i]);

		if (!function)
			return fault_set(f, E_ABSENT, "The library %s has no function %s.",
					 library, names[i]);
		memcpy((char *)functions + i * sizeof(function), &function, sizeof(function));
	}

	return 0;
}
