from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import everybody_in, verb


def _owing(event):
    return [event.data["owed_by"], event.data.get("added_by")]


verb("case.opened", _("opened the case"))
verb("case.listings_added", (_("added one listing"), _("added {count} listings")), tells=everybody_in)
verb(
    "case.unverified_added",
    (_("added one listing that is still to be verified"), _("added {count} listings that are still to be verified")),
    tells=everybody_in,
)
verb("case.listings_taken_out", (_("took one listing out again: {what}"), _("took {count} listings out again: {what}")), tells=everybody_in)
verb("case.verified", (_("verified one listing"), _("verified {count} listings")))
verb("case.described", _("put right what the case is called and about"))
verb("case.staged", _("the case is {stage} now"))
verb("case.related", _("noted that it belongs with {other}"))
verb("case.unrelated", _("took back that it belongs with {other}"))
verb("case.noted", _("wrote a note"), tells=everybody_in)
verb("case.noted_for", _("wrote a note for {who}"), tells=everybody_in)
verb("case.file_added", _("added the file {name}"), tells=everybody_in)
verb("case.side_room_opened", _("opened a side room"))
verb("case.officer_let_in", _("let an officer of law enforcement in until {day}: {who}"), tells=everybody_in)
verb("case.consented", _("agreed that officers of law enforcement who are let in read their name"), tells=everybody_in)
verb("case.consent_withdrawn", _("agrees no longer that officers of law enforcement read their name"), tells=everybody_in)
verb("case.mark_asked", _("asks whether what is in the case may go as far as TLP:{after}"), tells=everybody_in)
verb("case.mark_agreed", _("agreed that what they brought and wrote goes as far as TLP:{after}"), tells=everybody_in)
verb("case.taken_out", _("took out {what}"), tells=everybody_in)
verb("case.left", _("left the case"), tells=everybody_in)
verb("case.task_added", _("gave {who} a task: {title}"), tells=_owing)
verb("case.tasks_added", (_("gave {who} a task of the template {name}"), _("gave {who} {count} tasks of the template {name}")), tells=_owing)
verb("case.task_changed", _("changed the task “{title}”: {who}, {day}"), tells=_owing)
verb("case.task_done", _("did “{title}” {remark}"), tells=everybody_in)
verb("case.task_dropped", _("needs “{title}” no longer. {remark}"), tells=everybody_in)
verb("case.task_reopened", _("took up again “{title}”"), tells=everybody_in)
verb("case.task_late", _("says that the last day of “{title}” is over"), tells=_owing)
verb("case.merged", _("merged {source} into this case"), tells=everybody_in)
verb("case.merged_away", _("merged the case into {target}"))
verb("case.split_off", _("split off {count} of what lay here into a case of its own"), tells=everybody_in)
verb("case.split_from", _("opened this case with what lay in another"), tells=everybody_in)
verb("case.move_undone", _("undid that: what was moved lies where it was again"), tells=everybody_in)
verb("case_template.kept", _("keeps the case template {name}"))
verb("case_template.dropped", _("dropped the case template {name}"))
verb("report_template.kept", _("keeps the report template {name}"))
verb("report_template.dropped", _("dropped the report template {name}"))
verb("case.decided", _("decided by themselves: {course}. {reason}"))
verb("case.pap_set", _("changed the case from PAP:{before} to PAP:{after}"), tells=everybody_in)
verb("case.closed", _("closed the case: {outcome}"), tells=everybody_in)
verb("case.reopened", _("reopened the case"), tells=everybody_in)
