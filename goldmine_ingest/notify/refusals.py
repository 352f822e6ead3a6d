"""What a refusal is about: the message, the recipient for good, the account, or the service. One
table, read from the top; the first row that fits decides. Pure.

The codes and words are the services' own (the source stands above each block); what we say is ours,
for theirs may hold a secret.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from goldmine_ingest.model.alert import Verdict
from goldmine_ingest.notify.replies import Reply

# A rate limit without a time still means: not now, for a minute at least.
RATE_PAUSE = 60.0
# A quota comes back by the hour, the day or the month, or when somebody pays: asked once an hour.
ACCOUNT_PAUSE = 3600.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row. `status`, `code` and `said` are regular expressions: of the whole HTTP status, of a
    whole code (see replies.py), and of a part of what is said. An empty one fits everything.
    `words` may name {numbers} of the reply by their path, of which they then show the last four
    digits; `in_full` shows all of them: it is told, never stored.
    """

    about: Verdict
    words: str
    status: str = ""
    code: str = ""
    said: str = ""
    in_full: str = ""

    def fits(self, reply: Reply) -> bool:
        return (
            (not self.status or re.fullmatch(self.status, str(reply.status)) is not None)
            and (not self.code or any(re.fullmatch(self.code, code) for code in reply.codes))
            and (not self.said or re.search(self.said, reply.said) is not None)
        )


_M, _R, _L, _A, _S = (
    Verdict.MESSAGE,
    Verdict.RECIPIENT,
    Verdict.RATE,
    Verdict.ACCOUNT,
    Verdict.SERVICE,
)

_BY_SERVICE: dict[str, tuple[Refusal, ...]] = {
    # https://core.telegram.org/bots/api#responseparameters, https://core.telegram.org/api/errors,
    # https://github.com/TelegramBotAPI/errors
    "telegram": (
        Refusal(_L, "the bot sends too fast", said="too many requests"),
        Refusal(
            _R,
            "the group became a supergroup and has a new id, which ends in"
            " {parameters.migrate_to_chat_id}: `goldmine notify test` shows it whole; put it into"
            " the URL",
            said="upgraded to a supergroup",
            in_full=(
                "the group became a supergroup and has a new id:"
                " {parameters.migrate_to_chat_id}; put it into the URL"
            ),
        ),
        Refusal(
            _R,
            "the chat is not known to the bot",
            said="chat not found|peer_id_invalid|chat_id is empty|chat_id_invalid|user not found",
        ),
        Refusal(
            _R,
            "the recipient has blocked the bot",
            said="blocked by the user|user_is_blocked",
        ),
        Refusal(
            _R,
            "the bot is no member of the chat any more",
            said="bot was kicked|not a member|group chat was deactivated|group is deactivated",
        ),
        Refusal(
            _R,
            "the recipient's account is gone",
            said="user is deactivated|input_user_deactivated",
        ),
        Refusal(
            _R,
            "the bot can't write first: send it a message in Telegram",
            said="can't initiate conversation|can't send messages to (the )?bot",
        ),
        Refusal(
            _R,
            "the bot may not write in this chat",
            said=(
                "(not enough|have no) rights|need administrator rights|chat_write_forbidden|"
                "chat_(restricted|send_plain_forbidden)|chat_admin_required|"
                "user_banned_in_channel"
            ),
        ),
        Refusal(
            _R,
            "the topic is closed or gone",
            said="topic_(closed|deleted|id_invalid)|message thread not found|topic is closed",
        ),
        Refusal(
            _M,
            "the message is too long",
            said="message is too long|message_too_long|entities_too_long",
        ),
        Refusal(_M, "the markup is refused", said="can't parse|entity_|entities"),
        Refusal(_M, "the message is empty", said="text is empty|message_empty|must be non-empty"),
        Refusal(_R, "the bot's token is not valid", status="401|404"),
    ),
    # https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
    "discord": (
        Refusal(_L, "too many messages to this webhook", status="429"),
        Refusal(_R, "the webhook is gone", code="10015"),
        Refusal(_R, "the channel is gone", code="10003"),
        Refusal(_R, "the channel is a forum: its URL needs a thread", code="22000[13]"),
        Refusal(_R, "the webhook's token is not valid", code="50027"),
        Refusal(_R, "the webhook may not write there", code="5000[17]|50013|10004|160005"),
        Refusal(_A, "Discord has limited this account", code="4033[03]|400(02|58|62)|30\\d{3}"),
        Refusal(_M, "the message is too long or malformed", code="50035|50006|40005|20009"),
    ),
    # https://api.slack.com/messaging/webhooks#handling_errors,
    # https://api.slack.com/methods/chat.postMessage#errors
    "slack": (
        Refusal(_L, "too many messages to Slack", code="rate_?limited|error=rate_?limited"),
        Refusal(
            _A,
            "the workspace has reached a limit",
            code="message_limit_exceeded|team_over_limit|account_over_limit",
        ),
        Refusal(
            _M,
            "the message is refused",
            code="(no_text|msg_too_long|invalid_(payload|blocks|blocks_format|attachments)|too_many_attachments|invalid_metadata.*)",
        ),
        Refusal(
            _R,
            "the channel, the webhook or the token is not valid any more",
            code=(
                "invalid_(auth|token|channel)|not_authed|account_inactive|token_(revoked|"
                "expired)|no_(service|team|permission|active_hooks)|(channel|user|team|"
                "service)_(not_found|is_archived|disabled)|not_in_channel|is_archived|"
                "action_prohibited|posting_to_.*_denied|restricted_action.*|access_denied|"
                "missing_scope|ekm_access_denied|org_login_required|team_access_not_granted|"
                "cannot_reply_to_message|user_is_.*|not_allowed_token_type|channel_not_found"
            ),
        ),
        Refusal(
            _S,
            "Slack has a problem",
            code="(internal_error|fatal_error|service_unavailable|request_timeout|rollup_error)",
        ),
        Refusal(_M, "Slack refuses the message", code="[a-z_]{3,40}", status="2..|4(?!29).."),
    ),
    # https://spec.matrix.org/latest/client-server-api/#standard-error-response
    "matrix": (
        Refusal(_L, "the homeserver asks us to slow down", code="M_LIMIT_EXCEEDED"),
        Refusal(
            _A,
            "the homeserver's limits are reached, or its terms are not accepted",
            code="M_RESOURCE_LIMIT_EXCEEDED|M_CONSENT_NOT_GIVEN",
        ),
        Refusal(_M, "the message is too large", code="M_TOO_LARGE", said=""),
        Refusal(_M, "the message is refused", code="M_(BAD_JSON|NOT_JSON|INVALID_PARAM|BAD_STATE)"),
        Refusal(
            _R,
            "the token or the password is not valid",
            code="M_(UNKNOWN_TOKEN|MISSING_TOKEN|USER_DEACTIVATED|USER_LOCKED|USER_SUSPENDED)",
        ),
        Refusal(_R, "the room is not known", code="M_NOT_FOUND|M_BAD_ALIAS|M_UNRECOGNIZED"),
        Refusal(
            _R,
            "no access: wrong password, or not invited to the room",
            code="M_(FORBIDDEN|GUEST_ACCESS_FORBIDDEN|UNAUTHORIZED)",
        ),
    ),
    # https://github.com/binwiederhier/ntfy/blob/main/server/errors.go: the status and a number of
    # two digits
    "ntfy": (
        Refusal(_A, "ntfy's quota is used up", code="429(02|05|08|10|11)|42903"),
        Refusal(_L, "too many messages to ntfy", code="429\\d\\d"),
        Refusal(_R, "the topic is not valid", code="400(09|10|29|36)"),
        Refusal(_R, "the topic may not be written to", code="40[13]0\\d"),
        Refusal(_M, "the message is too long", code="413\\d\\d|40012"),
    ),
    # https://pushover.net/api#friendly
    "pushover": (
        Refusal(_A, "the application's monthly limit is reached", status="429"),
        Refusal(_R, "the user key is not valid", code="user=invalid"),
        Refusal(_R, "the application's token is not valid", code="token=invalid"),
        Refusal(_R, "the device is not valid", code="device=invalid|group=invalid"),
        Refusal(
            _M,
            "the message is too long or empty",
            said="message (cannot be blank|is too long)|message=invalid|too long",
        ),
    ),
    # https://gotify.net/api-docs
    "gotify": (Refusal(_R, "the application's token is not valid", status="401|403"),),
    # https://github.com/bbernhard/signal-cli-rest-api: what signal-cli says, as 400
    "signal_api": (
        Refusal(
            _L,
            "Signal asks for a captcha: too many messages",
            said="rate.?limit|captcha|proof.?required|challenge",
        ),
        Refusal(
            _R,
            "the sender's number is not registered",
            said="specified account does not exist|not registered with|invalid account",
        ),
        Refusal(
            _R,
            "the recipient is not on Signal",
            said="unregistered|not registered|invalid (group|recipient|number)|group not found",
        ),
    ),
    # https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
    "whatsapp": (
        Refusal(
            _L,
            "too many messages to WhatsApp",
            code="code=(4|80007|130429|131056)|code=13313[01]",
        ),
        Refusal(
            _A,
            "WhatsApp has limited this account",
            code="code=(368|13103[15]|131042|131048|131057|130497)",
        ),
        Refusal(
            _A,
            "the recipient has not written for 24 hours: WhatsApp takes templates only",
            code="code=131047",
        ),
        Refusal(
            _R,
            "the token is not valid, or may not send",
            code=r"code=(0|3|10|190|2\d\d|33|13100[05]|131045|133010)",
        ),
        Refusal(
            _R,
            "the recipient can't get messages",
            code="code=(131021|131026|131030|131050|131051|130472)",
        ),
        Refusal(
            _M,
            "the message or its template is refused",
            code=r"code=(100|131008|131009|132\d{3})",
        ),
    ),
    # https://www.twilio.com/docs/api/errors
    "twilio": (
        Refusal(_L, "too many messages to Twilio", code="code=(20429|14107|63018|21611|30022)"),
        Refusal(
            _A,
            "the Twilio account is limited or out of credit",
            code="code=(20005|21608|30001|30002|3003[28]|63038|10001|20010|90010)",
        ),
        Refusal(
            _R,
            "the number can't get messages",
            code=(
                "code=(21211|21214|21217|2140[178]|21610|21612|21614|21635|30003|30004|30005|30006)"
            ),
        ),
        Refusal(
            _R,
            "the sender's number, token or account is not valid",
            code="code=(2000[34]|20008|20404|21212|21603|21606|21659|21660)",
        ),
        Refusal(_M, "the message is too long or empty", code="code=(21602|21605|21617|21619)"),
    ),
    # https://github.com/mattermost/mattermost/blob/master/server/i18n/en.json: the ids of its
    # errors
    "mattermost": (
        Refusal(
            _R,
            "the webhook is not valid any more",
            code=r"(id=)?(web|api|store\.sql)\.?(incoming_)?webhooks?.*(invalid|disabled|"
            "not_found|get).*",
        ),
        Refusal(
            _R,
            "the channel is not there, or locked",
            code=r"(id=)?(web|api|app|store\.sql_channel)\.?.*(channel|team).*(app_error|"
            "not_found|locked|missing).*",
        ),
        Refusal(_M, "the message is too long", said="too long|too large|max.*length"),
    ),
    # https://developer.rocket.chat/apidocs/rocketchat-api-error-codes and its webhook's answers
    "rocketchat": (
        Refusal(_L, "too many messages to Rocket.Chat", said="too-many-requests|too many requests"),
        Refusal(
            _R,
            "the channel is not valid",
            said=(
                "invalid-(channel|room|user)|channel[- ]not[- ]found|room[- ]not[-"
                " ](found|exist)|no channel"
            ),
        ),
        Refusal(
            _R,
            "the webhook or the login is not valid",
            said="unauthorized|invalid integration|not-allowed|not[- ]logged|must be logged",
        ),
        Refusal(_M, "the message is too long", said="message-size-exceeded|too long"),
    ),
    # https://learn.microsoft.com/en-us/azure/logic-apps/logic-apps-limits-and-configuration, errors
    # of a Request trigger
    "workflows": (
        Refusal(
            _R,
            "the workflow is gone, off, or its URL is not valid any more",
            code=(
                "(code=)?(Workflow(Not(Found|Enabled)|TriggerNot(Found|Enabled)).*|DirectApi.*|"
                "Invalid(Sas|Signature|Authorization).*|TriggerNot.*|ResourceNotFound)"
            ),
        ),
        Refusal(
            _M,
            "the workflow does not take this message",
            code="(code=)?TriggerInputSchemaMismatch|(code=)?InvalidRequestContent",
        ),
    ),
    # https://docs.pushbullet.com/#http-status-codes
    "pushbullet": (
        Refusal(
            _A,
            "the account's limit of messages is reached",
            said="pushbullet pro|limit of|ratelimit",
        ),
        Refusal(
            _R,
            "the recipient is not known",
            said="(device|channel|email|recipient).*(not found|invalid|doesn't exist)|no such",
        ),
        Refusal(
            _R,
            "the access token is not valid",
            said="invalid_access_token|access token is missing or invalid",
        ),
    ),
}

# Of any service, where its own rows don't fit.
_ANY: tuple[Refusal, ...] = (
    Refusal(_R, "the address answers with a redirect, which is not followed", status="3.."),
    Refusal(_A, "the account's quota or credit is used up", status="402"),
    Refusal(
        _A,
        "the account's quota is used up",
        status="[24]..",
        said=(
            "quota|(daily|monthly|sending|message|account) limit|limit (is |was )?(exceeded|"
            "reached)|insufficient (funds|balance|credit)|(not enough|out of|no) credits?|"
            "payment required|suspended"
        ),
    ),
    Refusal(_L, "the service asks us to slow down", status="429"),
    Refusal(
        _L,
        "the service asks us to slow down",
        status="4..",
        said="too many (requests|messages)|rate.?limit|throttl|slow down",
    ),
    Refusal(_S, "the service has a problem", status="408|42[135]|5.."),
    Refusal(_M, "the message is too long", status="413|414|431"),
    Refusal(_R, "the token is not valid", status="401"),
    Refusal(_R, "the token may not send there", status="403"),
    Refusal(_R, "there is no such address or token", status="404"),
    Refusal(_R, "the address takes no messages", status="405"),
    Refusal(_R, "the proxy wants credentials", status="407"),
    Refusal(_R, "the address is gone", status="410"),
    Refusal(
        _M,
        "the message is too long",
        status="4..",
        said="too (long|large|big)|max(imum)?[ _](length|size)|exceeds? the (maximum|limit)",
    ),
    Refusal(
        _R,
        "the service doesn't know the recipient, or the token",
        status="4..",
        said="(invalid|unknown|bad|wrong|missing|expired|revoked)[ _-](api[ _-]?)?(token|key|"
        r"auth\w*|credentials?|recipient|user|device|chat|channel|room|topic|subscriber|"
        "phone|number|destination)|(user|chat|channel|room|device|recipient|topic|"
        "subscription)s?( is| was)?[ _-]not[ _-]?(found|registered|exist)|unauthori[sz]ed|"
        "unregistered|deactivated|blocked",
    ),
    Refusal(_M, "the service refuses this message", status="4.."),
)


def classify(service: str, reply: Reply) -> Refusal | None:
    """The row that fits an answer which is no success (or one in which the service says no);
    None where nothing is known.
    """
    rows = (*_BY_SERVICE.get(service, ()), *_ANY)
    return next((row for row in rows if row.fits(reply)), None)


def wording(row: Refusal, reply: Reply) -> str:
    """The row's words as they may be stored and shown to anyone: of the numbers that it names the
    last four digits, for a chat's id belongs to its owner.
    """
    return _with_numbers(row.words, reply, last=4)


def wording_in_full(row: Refusal, reply: Reply) -> str:
    """The row's words with its numbers whole; "" where it names none."""
    return _with_numbers(row.in_full, reply)


def _with_numbers(words: str, reply: Reply, last: int = 0) -> str:
    """Anything but a number is left out: it would be the service's own text."""

    def number(match: re.Match[str]) -> str:
        value = str(reply.at(match[1]))
        return value[-last:] if re.fullmatch(r"-?\d{5,20}", value) else "(not given)"

    return re.sub(r"\{([\w.]+)\}", number, words)
