"""Mail that came back, in the forms in which mail servers really write it.

Names and addresses are made up; `{verp}` stands for the address of our envelope, `{id}` for the
message's id.
"""

EXCHANGE_ONLINE = """\
Return-Path: <>
From: <postmaster@school.example>
To: <{verp}>
Subject: Undeliverable: Your place on the programme
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="9B095B5ADSN=_01DA"
X-MS-Exchange-Message-Is-Ndr:
Auto-Submitted: auto-replied

--9B095B5ADSN=_01DA
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="d4a1c"

--d4a1c
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Your message to idris@school.example couldn't be delivered.
idris wasn't found at school.example.

--d4a1c--

--9B095B5ADSN=_01DA
Content-Type: message/delivery-status

Reporting-MTA: dns;LO0P123MB1234.GBRP123.PROD.OUTLOOK.COM
Received-From-MTA: dns;mail.provider.example
Arrival-Date: Mon, 2 Nov 2026 09:31:02 +0000

Final-Recipient: rfc822;idris@school.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not
 found by SMTP address lookup

--9B095B5ADSN=_01DA
Content-Type: message/rfc822

Message-ID: <{id}@example.org>
Subject: Your place on the programme

--9B095B5ADSN=_01DA--
"""

GMAIL = """\
Delivered-To: {verp}
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: {verp}
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
MIME-Version: 1.0
Content-Type: multipart/report; boundary="00000000000052f1"; report-type=delivery-status

--00000000000052f1
Content-Type: multipart/related; boundary="00000000000052f9"

--00000000000052f9
Content-Type: text/html; charset="UTF-8"

<p>Your message wasn't delivered to <a>idris@gmail.example</a></p>
--00000000000052f9--

--00000000000052f1
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Mon, 02 Nov 2026 01:31:02 -0800 (PST)
X-Original-Message-ID: <{id}@example.org>

Final-Recipient: rfc822; idris@gmail.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; gmail-smtp-in.l.google.example. (2a00:1450::1b, the server.)
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please
 550-5.1.1 double-checking the recipient's email address for typos.
Last-Attempt-Date: Mon, 02 Nov 2026 01:31:03 -0800 (PST)

--00000000000052f1
Content-Type: message/rfc822

Message-ID: <{id}@example.org>

--00000000000052f1--
"""

POSTFIX_OF_EXCHANGE_S_EDGE = """\
From: MAILER-DAEMON@mail.provider.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {verp}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4D1F2.1793612/mail.provider.example"

--4D1F2.1793612/mail.provider.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mail.provider.example.

--4D1F2.1793612/mail.provider.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.provider.example
X-Postfix-Queue-ID: 4D1F2
X-Postfix-Sender: rfc822; {verp}

Final-Recipient: rfc822; idris@school.example
Original-Recipient: rfc822;idris@school.example
Action: failed
Status: 5.4.1
Remote-MTA: dns; school-example.mail.protection.outlook.example
Diagnostic-Code: smtp; 550 5.4.1 Recipient address rejected: Access denied.
    [LO4GBR01FT001.eop-gbr01.prod.protection.outlook.example 2026-11-02T09:31:02.1Z]

--4D1F2.1793612/mail.provider.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Message-ID: <{id}@example.org>

--4D1F2.1793612/mail.provider.example--
"""

POSTFIX_OF_NO_DOMAIN = POSTFIX_OF_EXCHANGE_S_EDGE.replace("Status: 5.4.1", "Status: 5.4.4").replace(
    """Diagnostic-Code: smtp; 550 5.4.1 Recipient address rejected: Access denied.
    [LO4GBR01FT001.eop-gbr01.prod.protection.outlook.example 2026-11-02T09:31:02.1Z]""",
    """Diagnostic-Code: X-Postfix; Host or domain name not found. Name service error
    for name=school.example type=AAAA: Host not found""",
)

POSTFIX_OF_A_LOOP = POSTFIX_OF_NO_DOMAIN.replace("Status: 5.4.4", "Status: 5.4.6").replace(
    """Host or domain name not found. Name service error
    for name=school.example type=AAAA: Host not found""",
    """mail for school.example loops back to myself""",
)

EXIM = """\
X-Failed-Recipients: idris@school.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mail.provider.example>
To: {verp}
Content-Type: multipart/report; report-type=delivery-status; boundary=1793612-eximdsn-1
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender

--1793612-eximdsn-1
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  idris@school.example
    Unrouteable address

--1793612-eximdsn-1
Content-type: message/delivery-status

Reporting-MTA: dns; mail.provider.example

Action: failed
Final-Recipient: rfc822;idris@school.example
Status: 5.0.0

--1793612-eximdsn-1
Content-type: message/rfc822

Message-ID: <{id}@example.org>

--1793612-eximdsn-1--
"""

EXIM_OF_AN_OLD_SERVER = EXIM.replace(
    "    Unrouteable address",
    """    host mx.school.example [192.0.2.5]
    SMTP error from remote mail server after RCPT TO:<idris@school.example>:
    550 No such user here""",
)

EXIM_OF_A_BLOCK = EXIM.replace(
    "    Unrouteable address",
    """    host mx.school.example [192.0.2.5]
    SMTP error from remote mail server after end of data:
    550 Message refused as spam""",
)

QMAIL = """\
Return-Path: <>
Date: 2 Nov 2026 09:31:03 -0000
From: MAILER-DAEMON@mx.school.example
To: {verp}
Subject: failure notice

Hi. This is the qmail-send program at mx.school.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<idris@school.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <{verp}>
Message-ID: <{id}@example.org>
Subject: Your place on the programme

Dear Idris,

<somebody@school.example>:
5.7.1 is nothing that a server has said.
"""

QMAIL_OF_THE_QUEUE = QMAIL.replace(
    "Sorry, no mailbox here by that name. (#5.1.1)",
    """192.0.2.5 does not like recipient.
Remote host said: 450 4.2.0 Greylisted
Giving up on 192.0.2.5.
I'm not going to try again; this message has been in the queue too long. (#4.4.7)""",
)

QMAIL_OF_A_BLOCK = QMAIL.replace(
    "Sorry, no mailbox here by that name. (#5.1.1)",
    """192.0.2.5 failed after I sent the message.
Remote host said: 554 5.7.1 Message refused as spam""",
)

QMAIL_OF_NO_DOMAIN = QMAIL.replace(
    "Sorry, no mailbox here by that name. (#5.1.1)",
    "Sorry, I couldn't find any host named school.example. (#5.1.2)",
)
