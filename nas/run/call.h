/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/call.h - jobs as text, for programs in other languages.
 *
 * A request is a JSON object of the form nas/call/1 (`nas schema call`), the
 * reply the JSON that `nas COMMAND --format json` prints. Nothing else of the
 * library is needed; nas/python/nas.py is a module for Python made of it.
 *
 * Usage:
 *	char *reply;
 *	int status = nas_call("{\"job\": \"score\", \"files\": [\"a.json\"]}",
 *			      &reply);
 *	puts(reply);
 *	nas_call_free(reply);
 */
#ifndef NAS_RUN_CALL_H
#define NAS_RUN_CALL_H

/*
 * Returns the exit status that the command would have, 0 = done. *reply is the
 * answer where there is one (also one that says that nothing is inside the
 * budgets), else {"schema": "nas/error/1", "status", "message"}; NULL when
 * memory is out. One call at a time.
 */
int nas_call(const char *request, char **reply);

/* NULL is fine. */
void nas_call_free(char *reply);

#endif
