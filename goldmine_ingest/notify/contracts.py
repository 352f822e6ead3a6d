"""What each service answers when it takes a message. A 2xx alone isn't that: a captive portal gives
one too.

Each row is what the service's own documentation says (the address stands above it). A service
without a row takes a message by any 2xx, as a plain webhook does.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from goldmine_ingest.notify.replies import Reply

Check = Callable[[Reply], bool]


_PAGE = re.compile(r"(?is)\s*<(!doctype html|html)")


def _has(path: str) -> Check:
    return lambda reply: reply.at(path) not in (None, "")


def _is(path: str, *values: object) -> Check:
    return lambda reply: (
        (value := reply.at(path)) in values and not (isinstance(value, bool) and True not in values)
    )


def _status(*codes: int) -> Check:
    return lambda reply: reply.status in codes


def _text(pattern: str) -> Check:
    return lambda reply: re.match(pattern, reply.text) is not None


# By the name of the plugin's module in apprise.plugins; one of the checks must hold.
CONTRACTS: dict[str, tuple[Check, ...]] = {
    # https://core.telegram.org/bots/api#making-requests
    "telegram": (lambda reply: reply.fields.get("ok") is True,),
    # https://discord.com/developers/docs/resources/webhook#execute-webhook: 204, or the message
    # with wait=true
    "discord": (_status(204), _has("id")),
    # https://api.slack.com/messaging/webhooks#handling_errors and
    # https://api.slack.com/methods/chat.postMessage
    "slack": (_text(r"ok$"), lambda reply: reply.fields.get("ok") is True),
    # https://spec.matrix.org/latest/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid;
    # the rest: its webhook bridges
    "matrix": (
        _has("event_id"),
        lambda reply: reply.fields.get("ok") is True,
        lambda reply: reply.fields.get("success") is True,
    ),
    # https://docs.ntfy.sh/subscribe/api/#json-message-format
    "ntfy": (_has("id"),),
    # https://pushover.net/api#response
    "pushover": (_is("status", 1),),
    # https://gotify.net/api-docs#/message/createMessage
    "gotify": (_has("id"),),
    # https://bbernhard.github.io/signal-cli-rest-api/#/Messages/post_v2_send
    "signal_api": (_has("timestamp"),),
    # https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages
    "whatsapp": (_has("messages.0.id"),),
    # https://www.twilio.com/docs/messaging/api/message-resource#create-a-message
    "twilio": (_has("sid"),),
    # https://learn.microsoft.com/en-us/azure/connectors/connectors-native-reqres: 202, or what
    # one's own flow says, no page
    "workflows": (_status(202), lambda reply: not _PAGE.match(reply.text)),
    # https://developers.mattermost.com/integrate/webhooks/incoming/ and
    # https://api.mattermost.com/#tag/posts/operation/CreatePost
    "mattermost": (_text(r"ok$"), _has("id")),
    # https://developer.rocket.chat/apidocs/post-message
    "rocketchat": (lambda reply: reply.fields.get("success") is True,),
    # https://docs.pushbullet.com/#create-push
    "pushbullet": (_has("iden"),),
    # https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages/create
    "google_chat": (_has("name"),),
    # https://developer.webex.com/docs/api/v1/messages/create-a-message; an incoming webhook answers
    # 204
    "webexteams": (_status(204), _has("id")),
    # https://zulip.com/api/send-message
    "zulip": (_is("result", "success"),),
    # https://documentation.mailgun.com/docs/mailgun/api-reference/openapi-final/tag/Messages/
    "mailgun": (_has("id"),),
    # https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send: 202
    "sendgrid": (_status(202),),
    # https://developers.brevo.com/reference/sendtransacemail
    "brevo": (_has("messageId"), _has("messageIds.0")),
    # https://resend.com/docs/api-reference/emails/send-email
    "resend": (_has("id"),),
    # https://postmarkapp.com/developer/api/email-api
    "postmark": (lambda reply: reply.fields.get("ErrorCode") == 0,),
    # https://learn.microsoft.com/en-us/graph/api/user-sendmail: 202
    "office365": (_status(202),),
    # https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html
    "ses": (lambda reply: "<MessageId>" in reply.text,),
    # https://developer.vonage.com/en/api/sms: the status of the first part
    "vonage": (_is("messages.0.status", "0"),),
    # https://developers.viber.com/docs/api/rest-bot-api/#send-message
    "viber": (_is("status", 0),),
}

_SAYS_NO: dict[str, tuple[Check, ...]] = {
    "telegram": (lambda reply: reply.fields.get("ok") is False,),
    "slack": (lambda reply: reply.fields.get("ok") is False, _text(r"[a-z_]{3,40}$")),
    "matrix": (_has("errcode"),),
    "pushover": (lambda reply: reply.fields.get("status") == 0,),
    "rocketchat": (lambda reply: reply.fields.get("success") is False,),
    "whatsapp": (_has("error.code"),),
    "zulip": (_is("result", "error"),),
    "postmark": (lambda reply: bool(reply.fields.get("ErrorCode")),),
    "vonage": (_has("messages.0.status"),),
    "viber": (_has("status"),),
}


def confirms(service: str, reply: Reply) -> bool:
    """Whether an answer with a 2xx is the one that this service gives when it takes a message."""
    checks = CONTRACTS.get(service)
    return checks is None or any(check(reply) for check in checks)


def declines(service: str, reply: Reply) -> bool:
    """Whether an answer with a 2xx is the service's own word that it did not take the message."""
    return not confirms(service, reply) and any(check(reply) for check in _SAYS_NO.get(service, ()))
