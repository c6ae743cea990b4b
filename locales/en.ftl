### What people read, in English: the language of last resort, and the one that the others follow key by key.
###
### HTML as Telegram takes it (<b>, <i>, <code>) in messages; none in what begins with `button-`, `toast-`, `command-`.
### Functions: SIZE($bytes) shows a size, DURATION($seconds) a time, FILE($name, $kind) a file's name or, without a name, its kind,
### KINDS($names) kinds of files.

## Starting

greeting =
    Hello, <b>{ $first }</b>!

    I keep files and hand them out by link. Open a link that somebody gave you, and the file arrives right here.

    /search finds files by their names, /help shows what I can do, /language changes the language.
greeting-admin =
    Hello, <b>{ $first }</b>!

    Send me any file, and I answer with its link. Whoever opens the link gets the file.

    • Files sent together as an album share one link.
    • A file that I already have keeps the link it has.
    • /upload gives a file a title and tags, /custom_batch puts many behind one link.
    • /links shows what is shared, /revoke closes a link.
greeting-admin-no-storage =
    Hello, <b>{ $first }</b>!

    Soon you will send me a file and get a link that hands it out to anyone you like.

    { storage-missing }
greeting-admin-other =
    Hello, <b>{ $first }</b>!

    You are an administrator here. /help shows what you may do.

## Errors

errors =
    🧾 <b>Between me and Telegram, in { DURATION($seconds) }</b>

    { $rows }

    { $server }
errors-none = Nothing went wrong.
errors-row =
    { $kind ->
        [wait] Told to wait, which I did
        [server] Telegram's server failed; tried again
        [unanswered] No answer came; tried again
        [network] The connection was lost; tried again
        [blocked] Readers who have blocked me
        [deactivated] Readers whose account is gone
        [bad_peer] People I cannot write to
        [content] Messages that Telegram does not take
        [forbidden] What I may not do somewhere
       *[unknown] Refused for another reason
    }: <b>{ $count }</b>
errors-server-answers = Telegram's server answers.
errors-server-fails = ⚠️ Telegram's server fails now. What can wait waits, and goes on by itself.
telegram-failed =
    ⚠️ Telegram's server failed for { DURATION($seconds) }. It answers again.

    Nothing was lost: what could wait waited, and goes on now. There is nothing for you to do; /errors shows the counts.
button-errors-reset = Begin the counts anew
command-errors = What went wrong with Telegram
help-errors = /errors: what went wrong between me and Telegram, by kind

## Help

help =
    <b>How this works</b>

    { $intro }
    { $commands }
help-section =
    { "" }
    <b>{ $title }</b>
    { $lines }
help-on-upload = Files and links
help-on-settings = What readers get
help-on-ban = People
help-on-bot = The bot
help-on-everyone = For everyone
help-owner =
    { help }

    <b>For you as the owner</b>
    The storage channel is where all files are kept. To choose it, or to choose another one, add me to a private channel as an administrator with the right to post messages, or forward me any text post from a channel where I am one already. I ask before anything changes.
help-reader =
    Open a link that somebody gave you and press “Start”: the files behind it arrive in this chat. If a link no longer works, ask whoever gave it to you for a new one.
help-admin =
    You are an administrator here. What you may do is below, and the owner of this bot can change it.
help-upload =
    Send me a file, a photo or an album: I keep it in the storage channel and answer with a link. Whoever opens the link gets the file. What is posted in the storage channel itself gets a link as well.
help-genlink = /genlink: in reply to a file or a text in this chat, makes a link to that alone
help-links = /links: everything that is shared, newest first, with the number of uses
help-revoke = /revoke: closes a link; give the link, or reply to my message with it
help-relink = /relink: puts another file behind a link, which stays the same; reply with it to my message that shows the link, or to the new file
help-autodelete = /autodelete: after what time readers lose what they got, for example <code>/autodelete 2 h</code>
help-protect = /protect: whether readers may save and forward what they get
help-set-thumb = /set_thumb: in reply to a picture, or before you send one: the thumbnail of files that you store
help-show-thumb = /show_thumb: shows it
help-del-thumb = /del_thumb: takes it away
help-settings = /settings: everything that can be set, and who changed what
help-users = /users: how many people write to me, and who wrote last
help-ban = /ban: I answer nothing of a person any more; give an id or an @username, or answer a message forwarded from them
help-unban = /unban: lets a person in again
help-banlist = /banlist: who is banned, with buttons
help-admins = /admins: the administrators, with a button for each permission
help-add-admin = /add_admin: makes somebody an administrator; name them as for /ban
help-del-admin = /del_admin: makes an administrator a reader again
help-fsub = /fsub: channels and groups that readers must have joined before they get files
help-language = /language: the language I speak
help-about = /about: what I am

## FAQ, about, results

about =
    <b>Draftkeep { $version }</b>

    A self-hosted bot that keeps files and hands them out by link. Free software under the MIT licence.

    { $source }
about-source = Source code: { $url }
# Words of the owner's, already filled in.
page = { $text }
faq-none = There are no answers to frequent questions here yet.
faq-unwritten =
    There is no FAQ yet, and that is all that readers are told. Press the button and write it: questions and answers in one text, with bold words and links if you like.
setting-faq = FAQ
setting-faq-about = What /faq answers.
setting-about = About
setting-about-about = What /about answers in place of my own words.
button-settings-pages = FAQ, about, results
command-faq = Frequent questions
help-faq = /faq: answers to frequent questions
results =
    📣 <b>The latest results</b>

    { $rows }

    { $old }

    { $trouble }
results-row =
    <a href="{ $url }">{ $at }</a>
    { $excerpt }
    { "" }
results-old = ⏳ This is how it was { DURATION($seconds) } ago: the channel cannot be read at the moment.
results-none = There are no results here yet.

    { $trouble }
results-unread =
    I am still looking for the results. Please ask again in a minute.

    { $trouble }
results-unset =
    I do not know a channel with results yet, and readers are told that there are none.

    Choose under /settings which channel it is, and which word such posts contain. Where I am an administrator I see its posts as they come; of a public channel I read the page that everybody can see.
results-closed = <i>Only you are told this:</i> I am not an administrator of that channel, and it has no public page. Add me to it as an administrator, or name it as @name.
results-away = <i>Only you are told this:</i> the channel's public page does not answer, or there is none by that name. I try again by myself.
setting-results-channel = Channel of results
setting-results-channel-about = /results shows its last five posts with the word below. Where I am an administrator I see posts as they come; of a public channel I read the page that everybody can see.
setting-results-word = Word of results
setting-results-word-about = The word that a post contains to be a result, in upper or lower case. Without one every post with a text is.
setting-results-cache-hours = Results: read again after hours
setting-results-cache-hours-about = For so many hours I keep what I read on the channel's public page. 0: I read it again whenever somebody asks. Posts that I see as an administrator are there at once.
setting-channel-wrong = Please write the channel's public name, such as <code>@mychannel</code>, or its id, which begins with <code>-100</code>.
ask-channel = <b>{ $name }</b>: write its public name, such as <code>@mychannel</code>, or its id, which begins with <code>-100</code>.
command-results = The latest results
help-results = /results: the latest results

## Jobs

jobs =
    ⏱ <b>What I do by the clock</b>

    { $rows }

    Times are those of { $zone }.
job =
    { $row }

    Times are those of { $zone }.
job-row =
    <b>{ $name }</b>, { $when }
    { $last }
    { $next }
job-every = every { DURATION($seconds) }
job-daily = daily at { $hours }
job-last-none = Has not run yet.
job-last-done = Last run { $at }, { $lasted } s: { $did }
job-last-put-off = Last run { $at }: put off, Telegram lets me go on later; { $did }
job-last-failed = ⚠️ Last run { $at } failed: { $error }
job-did-nothing = nothing was to be done
job-did =
    deleted { $deleted }{ $sent ->
        [0] { "" }
       *[other] , sent { $sent }
    }{ $failed ->
        [0] { "" }
       *[other] , failed { $failed }
    }{ $skipped ->
        [0] { "" }
       *[other] , left for later { $skipped }
    }
job-next = Next run { $at }
job-next-now = ▶️ Runs at once
job-running = ▶️ Running since { $at }
job-paused = ⏸ Paused
job-ordered = It runs now. Press “Refresh” to see what came of it.
job-under-way = It is running already. Press “Refresh” to see what came of it.
job-unknown = There is no job { $name }. Please send /jobs to see which there are.
job-failing =
    ⚠️ <b>{ $name }</b> has failed three times in a row, the last time with:
    { $error }

    I go on trying. The log of my server says more; /jobs shows when it runs and lets you run it at once.
job-recovered = ✅ <b>{ $name }</b> works again.
job-message-deleter = Taking messages away
job-broadcast-deleter = Taking broadcasts away
job-token-cleanup = Clearing verification tokens away
job-token-count-reset = Starting verification counts anew
job-premium-reminders = Reminders of premium that ends
job-upkeep = Upkeep
disk-low =
    ⚠️ The disk of my server has only { SIZE($free) } left. When it is full I cannot store or hand out anything.

    Please make room on the disk that has DATA_DIR.
button-job-run = ▶️ Run now
button-job-pause = ⏸ Pause
button-job-resume = ⏯ Resume
button-refresh = 🔄 Refresh
button-all-jobs = ← All jobs
command-jobs = What runs by the clock
help-jobs = /jobs: what I do by the clock, what came of it, and when I do it again

## Language

language-choose = Which language should I speak with you?
language-automatic = Automatic, as in Telegram
language-automatic-chosen = ✓ Automatic, as in Telegram
language-changed = Done: from now on I speak English with you.
language-followed = Done: I follow the language of your Telegram app. Right now that is English.

## Storing files

stored =
    ✅ Stored: <b>{ FILE($name, $kind) }</b>, { SIZE($size) }

    Whoever opens this link gets the file:
    { $url }
stored-again =
    I already have this file: <b>{ FILE($name, $kind) }</b>, { SIZE($size) }

    Its link:
    { $url }

    Press “New link” if you want a second one that you can count and close separately.
stored-album =
    ✅ Stored: an album of { $count ->
        [one] <b>{ $count } file</b>
       *[other] <b>{ $count } files</b>
    }, { SIZE($size) }

    Whoever opens this link gets all of it:
    { $url }
stored-album-again =
    I already have this album: { $count ->
        [one] <b>{ $count } file</b>
       *[other] <b>{ $count } files</b>
    }, { SIZE($size) }

    Its link:
    { $url }

    Press “New link” if you want a second one that you can count and close separately.
posted =
    📥 New in the storage channel: <b>{ FILE($name, $kind) }</b>, { SIZE($size) }

    Whoever opens this link gets the file:
    { $url }
posted-again =
    📥 Posted again in the storage channel: <b>{ FILE($name, $kind) }</b>, { SIZE($size) }

    I already had this file. Its link:
    { $url }
posted-album =
    📥 New in the storage channel: an album of { $count ->
        [one] <b>{ $count } file</b>
       *[other] <b>{ $count } files</b>
    }, { SIZE($size) }

    Whoever opens this link gets all of it:
    { $url }
posted-album-again =
    📥 Posted again in the storage channel: an album of { $count ->
        [one] <b>{ $count } file</b>
       *[other] <b>{ $count } files</b>
    }, { SIZE($size) }

    I already had this album. Its link:
    { $url }
not-a-file =
    { $kind ->
        [contact] A contact is not a file, so there is nothing I could store.
        [location] A location is not a file, so there is nothing I could store.
        [poll] A poll is not a file, so there is nothing I could store.
        [dice] That was a nice roll, but it is not a file that I could store.
        [game] A game is not a file, so there is nothing I could store.
        [story] I cannot store stories: Telegram does not hand them to bots as files. Save it and send it to me as a photo or a video.
        [once] This one may not be passed on: it destroys itself after viewing, or its chat is protected. Send it as an ordinary file.
        [paid] I cannot store paid media: Telegram does not let bots pass it on. Send me the original file.
       *[other] There is no file in this message that I could store.
    }

    Send me a document, a photo, a video, audio, a voice or video message, an animation or a sticker.
upload-gone = The message with this file was deleted before I could store it. Please send it again.
admin-text =
    Send me a file, and I answer with its link. /help shows what else I can do.
admin-not-permitted =
    You are an administrator here, but not one who stores files.

    /help shows what you may do. The owner of this bot can let you do more.

## Auto-delete

deletion-notice =
    ⏳ { $count ->
        [one] This file disappears
       *[other] These { $count } files disappear
    } from our chat in <b>{ DURATION($seconds) }</b>. After that, one tap brings { $count ->
        [one] it
       *[other] them
    } back.
deletion-done =
    🗑 { $count ->
        [one] The file is deleted, as announced. Do you need it once more?
       *[other] The { $count } files are deleted, as announced. Do you need them once more?
    }
auto-delete-too-long = Telegram lets bots delete a message for 48 hours after it was sent. One of them I keep for outages, so the longest time is 47 hours.
auto-delete-hint = Another time: write it after the command, like <code>/autodelete 90 min</code>. The link itself stays, and brings the files again.
protect-hint = Short: <code>/protect on</code>, <code>/protect off</code>. What was handed out before stays as it was.

## Broadcasts

broadcast-unknown = I do not know this broadcast any more.
broadcast-state =
    { $state ->
        [draft] This broadcast has not been started yet.
        [scheduled] This broadcast waits for its time.
        [running] This broadcast is being sent.
        [paused] This broadcast is paused.
        [done] This broadcast is over: everyone has had their turn.
       *[cancelled] This broadcast was cancelled.
    } What you ask for is not possible now; /broadcasts shows what is.
broadcast-past = This time is over already. Name one that is still to come.
broadcast-too-old = Telegram lets bots delete a message for 48 hours after it was sent, and that time is over for all of this broadcast.
broadcast-no-text = There is no text in this message to put in the place of the old one. Send me the new text, or the new caption.
# Over the buttons of an album, which takes none itself.
out-buttons = ⬆️ For the message above:
broadcast-stopped-right =
    ⏸ A broadcast is paused: { $who }, who started it, may not write to everyone any more. { $sent } of { $total } readers have it.

    /broadcasts lets you go on with it, or cancel it.
broadcast-stopped-content =
    ⏸ Your broadcast is paused: Telegram does not take this message ({ $detail }). Its original may be deleted, or its buttons lead nowhere. { $sent } of { $total } readers have it.

    /broadcasts lets you change its text, go on with it, or cancel it.
cast-ask =
    📣 Send me the message that your readers should get: a text, a file, or a whole album. Before anything goes out I show it as they will see it.

    A message that is here already is taken when you answer it with /broadcast.
cast-ask-words =
    ☝️ What stands after the command is not sent: the message is one of its own.

    { cast-ask }
cast-words-left = ☝️ What stands after the command is not sent: readers get the message that you answered.
cast-card =
    { $head }
    { $name }

    👥 { $reach }
    { $rows }

    { $notice }
cast-count = { $count ->
        [one] <b>One reader</b> gets this.
       *[other] <b>{ $count } readers</b> get this.
    }
cast-count-none = Nobody gets this.
cast-head = 📣 <b>This is how readers will see it.</b> Nothing has been sent yet.
cast-head-scheduled = ⏰ <b>Goes out on { $at }</b> ({ $zone }).
cast-everybody = • To everybody who ever wrote to me, and just as it is
cast-nobody = ⚠️ Nobody fits this audience. Make it wider: “Audience”.
cast-untitled = { $count ->
        [one] a message without words
       *[other] an album of { $count }
    }
cast-audience =
    👥 <b>Who gets it</b>
    { $rows }

    { $fit } Those who have blocked me and those who are banned are never among them.
cast-fit = { $count ->
        [one] One reader is all of that.
       *[other] { $count } readers are all of that.
    }
cast-fit-none = Nobody is all of that.
cast-feature =
    <b>{ $title }</b>
    { $about }

    Now: { $value }
cast-no-matter = does not matter
cast-percent = { $percent } %
cast-pin = 📌 Pin it
cast-pin-about = Pinned in every reader's chat with me.
cast-silent = 🔕 Without a sound
cast-silent-about = Readers' phones stay quiet.
cast-protect = 🔒 Protected
cast-protect-about = Readers cannot forward or save it.
cast-buttons = 🔘 Buttons
cast-buttons-about = Stand under the message; under an album in a message of their own.
cast-buttons-count = { $count ->
        [one] one
       *[other] { $count }
    }
cast-buttons-ask =
    <b>{ $name }</b>: write a line for each row, like this:
    <code>Our channel - https://t.me/example</code>

    With <code>|</code> between them buttons stand beside each other. A button that opens nothing and counts who presses it:
    <code>I like it - click:like</code>

    At most { $most } rows, { $beside } buttons each.
buttons-click =
    I cannot read this button: <code>{ $line }</code>

    After <code>click:</code> stands the name under which its presses are counted: 1 to 32 small Latin letters, digits, hyphens and underscores, such as <code>click:like</code>.
cast-delete = ⏳ Deletes itself
cast-delete-about = This long after it has arrived, it disappears from a reader's chat. Telegram lets bots delete for two days only.
cast-language = Language
cast-language-about = Only readers to whom I speak this language.
cast-language-en = English
cast-language-ru = Russian
cast-language-uz = Uzbek
cast-active = Active in the last days
cast-active-about = Only readers who wrote to me in so many days before the start.
cast-since = New since
cast-since-about = Only readers who wrote to me for the first time since then.
cast-since-ask = <b>{ $name }</b>: write since when, such as <code>2026-11-01</code> ({ $zone }), or for how long, such as <code>30 days</code>.
cast-since-unclear = I cannot read this time. Write a date, such as <code>2026-11-01</code>, or for how long, such as <code>30 days</code>.
cast-since-future = Nobody has come since then yet: that time is still to come. Write one that is over.
cast-premium = Premium
cast-premium-about = Only readers with my premium, or only those without.
cast-premium-with = with premium
cast-premium-without = without premium
cast-clicked = Has pressed a button
cast-clicked-about = Only readers who pressed a certain button.
cast-unclicked = Has not pressed a button
cast-unclicked-about = Only readers who never pressed a certain button.
cast-click-ask = <b>{ $name }</b>: write the button's name, the one after <code>click:</code>.
cast-click-ask-known =
    { cast-click-ask } Pressed most: <code>{ $known }</code>
cast-click-wrong = That is no name of a button. It has 1 to 32 small Latin letters, digits, hyphens and underscores, such as <code>like</code>.
cast-sample = A sample
cast-sample-about = So many percent of the readers, picked by chance: to try something out first.
cast-service = That is a notice of Telegram's and no message. Send or answer something that was written or posted.
cast-kind = Telegram lets nobody pass this kind of message on. Texts, files, albums, contacts, places, polls and dice can be sent.
cast-protected = That message is protected: Telegram lets nobody pass it on. Send me the file itself.
cast-source-gone = The message is not there any more, so I cannot send it. Send it to me again, and begin anew with /broadcast.
cast-caption-long = With buttons, or without its command, I have to write the caption myself, and Telegram lets bots write 1,024 characters at most. Shorten it, or leave the buttons out.
cast-text-long = The text is longer than 4,096 characters, and Telegram takes no more. Shorten it.
cast-refused = Telegram does not take this message ({ $reason }). Change it and try again.
cast-others = Somebody else made this broadcast. They can do that, and the owner.
cast-to-nobody = Nobody would get this: no reader fits. Make the audience wider, or wait until somebody has written to me.
cast-at-ask =
    ⏰ When should it go out? Write a time ({ $zone }): <code>18:30</code>, <code>2026-12-31 18:00</code>, or for how long from now, such as <code>2 h</code>.
time-unclear = I cannot read this time. Write <code>18:30</code>, <code>2026-12-31 18:00</code> ({ $zone }), or for how long from now: <code>2 h</code>.
time-past = { $at } is over: it is { $now } now ({ $zone }). Write a time that is still to come.
time-far = { $at } is too far away. I plan for { $days } days at most.
time-skipped = The clocks never show { $at } ({ $zone }): they are put forward then. Write { $after }, or another time.
cast-started = ▶️ Started: { $name }
cast-dropped = 🗑 Given up. Nobody got it.
cast-progress =
    { $head }
    { $name }

    <code>{ $bar }</code> { $percent } %
    { $rows }
cast-head-running = 📣 <b>Being sent</b>
cast-head-behind = ⏳ <b>Waits for the broadcast before it.</b> They go one after the other.
cast-head-paused = ⏸ <b>Paused</b>
cast-head-right = ⏸ <b>Paused</b>. Whoever started it may not send broadcasts any more. Resume it, or stop it.
cast-head-content = ⏸ <b>Paused</b>. Telegram does not take this message ({ $detail }). Is its original still there? Change it everywhere, or stop it.
cast-head-done = ✅ <b>Done</b>, after { DURATION($seconds) }, on { $at } ({ $zone })
cast-head-cancelled = ⏹ <b>Stopped</b> on { $at } ({ $zone })
cast-sent = ✅ { $count } of { $total } got it
cast-blocked = 🚫 { $count } have blocked me
cast-deactivated = 👻 { $count } have deleted their account
cast-failed = ⚠️ { $count } could not be reached
cast-later = ⏱ { $count } have to wait a little
cast-rate = 🚀 { $rate } a second, about { DURATION($seconds) } left
cast-edited = ✏️ { $end ->
        [over] Changed for { $count }
       *[other] Being changed: { $count }
    }
cast-edited-not = ⚠️ { $count } could not be changed
cast-deleted = 🗑 { $end ->
        [over] Deleted for { $count }
       *[other] Being deleted: { $count }
    }
cast-deleted-not = ⚠️ { $count } could not be deleted
cast-too-old = 🕰 { $count } are older than 48 hours and stay
cast-stop-sure =
    Stop this broadcast for good?
    { $name }

    Nobody else gets it then, and it cannot be resumed. { $count ->
        [one] The one reader who has it keeps it.
       *[other] The { $count } readers who have it keep it.
    } To go on later, use “Pause”.
cast-stopped = ⏹ Stopped: { $name }
cast-delete-sure =
    Delete this message from the { $count ->
        [one] chat of the one reader who has it?
       *[other] chats of all { $count } readers who have it?
    }
    { $name }

    Telegram lets bots delete for 48 hours: what is older stays, and I say how many those are. What is still being sent is stopped. It cannot be taken back.
cast-deleting = 🗑 Being deleted everywhere: { $name }
cast-edit-ask = ✏️ { $kind ->
        [caption] Write the new caption. The file stays as it is.
       *[other] Write the new text.
    } I show it before anything changes.
cast-edit-sure = This is how it will look. Change it for everybody? { $count ->
        [one] One reader has it.
       *[other] { $count } readers have it.
    }
cast-edit-no-text = Write the new text as a message. Files and albums cannot be exchanged everywhere.
cast-edit-wordless = Telegram lets nobody put other words into this kind of message: stickers, video messages, contacts, places, polls and dice stay as they were sent. For 48 hours “Delete everywhere” takes it back; another one is sent with /broadcast.
cast-none-left = Nothing is left to be changed or deleted: what readers had is deleted already, or too old for that.
cast-editing = ✏️ Being changed everywhere: { $name }
cast-failures = 📄 { $count ->
        [one] The reader who did not get it, and why
       *[other] The { $count } readers who did not get it, and why
    }
casts =
    📣 <b>Broadcasts</b>: { $total } ({ $zone })

    { $rows }
casts-row = { $number }. <code>{ $at }</code> { $state ->
        [draft] ✍️
        [scheduled] ⏰
        [running] ▶️
        [paused] ⏸
        [done] ✅
       *[cancelled] ⏹
    } { $name }{ $state ->
        [draft] { "" }
        [scheduled] { "" }
       *[other] { " · ✅ " }{ $sent }
    }
casts-empty = There has been no broadcast yet. /broadcast makes the first one.
send-instead = Post in <b>{ $title }</b>, and begin the post with <code>/chat</code>: it goes to all readers, without the command. /broadcast does the same from here.
send-no-source =
    A post that begins with <code>/chat</code> goes to all readers, but I do not know in which channel you post. The owner names it: add me to a channel as an administrator, and I ask. /broadcast sends from here.
chat-empty = Your post has nothing but the command, so nobody got it. Write the text after <code>/chat</code>, in a new post.
help-on-broadcast = Broadcasts and sequences
help-broadcast = /broadcast: a message to all readers; answer the message with it, or send it after. You see it first, and say who gets it, when and how
help-pbroadcast = /pbroadcast: the same, pinned
help-dbroadcast = /dbroadcast 2h: the same, and it deletes itself after that time
help-broadcasts = /broadcasts: those that there were, how they went, and what is still going on
help-send = /send: how a post in a channel goes to all readers
command-broadcast = A message to all readers
command-pbroadcast = The same, pinned
command-dbroadcast = The same, deletes itself
command-broadcasts = Broadcasts and how they went
command-send = How to send from a channel
setting-join-url = Button under /chat posts
setting-join-url-about = The address of your channel. A button under each <code>/chat</code> post opens it.
button-chat-join = 📢 Our channel
button-cast-start = ▶️ Send now ({ $count })
button-cast-at = ⏰ Later
button-cast-other-time = ⏰ Another time
button-cast-drop = 🗑 Give up
button-cast-who = 👥 Audience
button-cast-show = 👁 Show it again
button-cast-pause = ⏸ Pause
button-cast-resume = ▶️ Resume
button-cast-stop = ⏹ Stop
button-cast-stop-yes = ⏹ Yes, stop it
button-cast-keep = No
button-cast-delete = 🗑 Delete everywhere
button-cast-delete-yes = 🗑 Yes, delete it
button-cast-edit = ✏️ Change everywhere
button-cast-again = 🔄 Refresh

## Draft texts

draft-text-empty = There is nothing to be shown in this text. Write at least one character.
draft-text-long = The text shows { $length } characters, and Telegram takes { $longest } at most. Shorten it, or have it split into several messages.
draft-text-parts = The text is longer than { $most } messages. Shorten it, or send it as a file.
## Drafts

draft-unknown = I do not know this draft.
draft-decided =
    { $state ->
        [approved] This draft is approved already: it is about to be published.
        [publishing] This draft is approved already: it is being published.
        [published] This draft is published already.
        [partly] This draft is published already, though not everywhere.
        [failed] This draft was approved, and no chat took it.
        [skipped] This draft was skipped.
        [scheduled] This draft is approved already, and waits for its time.
        [expired] This draft has expired: nobody decided on it in time.
       *[pending] This draft waits for a decision.
    } What you ask for is not possible now; /drafts shows what is.
draft-old-version = This button belongs to an older version of the draft. Please look at the newest one first: /drafts.
draft-terms-changed = Somebody changed a moment ago where, when or how this draft goes out. Please look at it again, then decide.
draft-no-targets = This draft goes nowhere yet. Please choose its chats first.
draft-past = This time is over already. Name one that is still to come.
draft-too-many-targets = One draft goes to { $most } chats at most. To write to your readers, use /broadcast.
draft-too-many-versions = This draft was changed { $most } times, and I keep every version. Please make a new one.
draft-nothing-failed = There is no chat that refused this draft, so there is nothing to try again.
draft-taken-back = This draft has been deleted everywhere already.
draft-undo-over = The minute in which I delete a draft everywhere is over. You can delete its messages in the chats themselves.
draft-not-published = This draft is not published, so there is nothing to delete.
draft-target-refuses =
    ⚠️ <b>{ $title }</b> does not take what I publish there. Telegram says: <code>{ $reason }</code>

    Please see whether I am still there and may write: /targets. Then open the draft under /drafts and press “retry”. I tell you of this chat again only after it has taken something.
drafts-wait =
    ⏰ { $count ->
        [one] A draft has been waiting for a decision for long.
       *[other] { $count } drafts have been waiting for a decision for long.
    } /drafts shows what waits.
setting-draft-cycle = Drafts: minutes between two rounds
setting-draft-cycle-about = So often I read the messages that wait for an answer, make drafts of them, and try again what could not be published before.
setting-draft-reminder = Drafts: remind after
setting-draft-reminder-about = When nobody has decided on a draft for so long, I remind everybody who may. 0: I do not.
setting-draft-expiry = Drafts: expire after
setting-draft-expiry-about = When nobody has decided on a draft for so long, it expires. It is kept, and can be reopened under /drafts. 0: drafts never expire.
button-settings-drafts = Drafts

## Draft making

sketch-ask =
    📝 Send me what is to go out: a text, a file, or a whole album. I show it as it will look.

    A message that is here already is taken when you answer it with /draft; a text can also stand right after the command.
sketch =
    📝 <b>Your draft</b> looks like this.

    <b>Where it is to go</b>
    { $rows }

    <b>When</b>
    { $when }

    Nothing goes out before a reviewer says yes.

    { $notice }
sketch-row = 🎯 { $title }
sketch-choose = Choose a chat below.
sketch-no-targets = There is no chat yet that drafts may go to. The owner of this bot names one: /targets
sketch-at-once = 🕐 As soon as it is approved
sketch-at = 🕐 { $at } ({ $zone }), once it is approved
sketch-more = ⚠️ More chats that I may not write to: { $more }. /targets says why.
sketch-not-kept = ☝️ There is no storage channel, so I keep no copy of this: do not delete or edit your message until it has gone out. The owner sets a storage channel once, and I ask for it when I am made its administrator.
sketch-handed =
    { $state ->
        [pending] 📨 <b>Handed in.</b> The reviewers have it.
        [scheduled] 🕐 <b>Approved.</b> It goes out at its time.
        [approved] ▶️ <b>Approved.</b> It goes out now.
        [publishing] ▶️ <b>Approved.</b> It goes out now.
        [published] ✅ <b>Published.</b>
        [partly] ⚠️ <b>Published, but not everywhere.</b>
        [failed] ⚠️ <b>Approved, but it did not get through.</b>
        [skipped] ✖️ <b>The reviewers decided against it.</b>
       *[expired] ⌛ <b>Nobody decided in time.</b> /draft makes it anew.
    }

    { $rows }
sketch-dropped = Given up: nothing of it goes out.
sketch-unknown = This draft is not yours, or it was begun too long ago. /draft makes a new one.
sketch-over = This draft was handed in or given up already. /draft makes a new one.
sketch-nowhere = Choose at least one chat that it is to go to, then hand it in.
sketch-gone = The message is not there any more, so I cannot keep it. Send it to me again.
button-sketch-at = 🕐 At a time…
button-sketch-now = As soon as approved
button-sketch-done = 📨 Hand it in
button-sketch-drop = ✖️ Give it up
button-sketch-look = What became of it?
help-on-drafts = Drafts
help-draft = /draft: hand in a text, a file or an album for publishing; in reply to it, or on its own
command-draft = Hand in something for publishing

## Draft review

draft-card =
    { $head }
    { $rows }

    🎯 <b>Goes to</b>
    { $targets }

    { $notice }
draft-head-pending = 📝 <b>A draft waits for your decision.</b> Above it is as it will look.
draft-head-wished = 📝 <b>A draft waits for your decision.</b> Above it is as it will look. Approved, it goes out on { $send }.
draft-head-scheduled = ⏰ <b>Goes out on { $send }.</b> { $who } approved it on { $at }.
draft-head-publishing = 📤 <b>Being published.</b> { $who } approved it on { $at }.
draft-head-published = ✅ <b>Published.</b> { $who } approved it on { $at }.
draft-head-partly = ⚠️ <b>Published, but not everywhere.</b> { $who } approved it on { $at }.
draft-head-failed = ❌ <b>Not published: no chat took it.</b> { $who } approved it on { $at }.
draft-head-skipped = ⏭ <b>Skipped.</b> { $who } decided so on { $at }.
draft-head-expired = ⌛ <b>Expired.</b> Nobody decided on this draft in time.
draft-head-by-itself = { $state ->
        [approved] 🤖 <b>Being sent by itself</b>, confidence { $confidence } %.
        [publishing] 🤖 <b>Being sent by itself</b>, confidence { $confidence } %.
        [partly] ⚠️ <b>Sent by itself, but not everywhere</b>, confidence { $confidence } %.
        [failed] ❌ <b>Was to be sent by itself, and no chat took it</b>, confidence { $confidence } %.
       *[published] 🤖 <b>Sent by itself</b>, confidence { $confidence } %.
    }
draft-head-taking-back = 🗑 <b>Being deleted everywhere.</b> { $who } wanted it so on { $at }.
draft-head-taken-back = 🗑 <b>Deleted everywhere.</b> { $who } wanted it so on { $at }.
draft-head-taken-back-partly = ⚠️ <b>Deleted, but not everywhere.</b> { $who } wanted it so on { $at }.
draft-from-person = 👤 Made by { $who }
draft-from-http = 🌐 Came over HTTP
draft-from-http-key = 🌐 Came over HTTP, key { $name }
draft-from-ai =
    🤖 Answer to { $who }, confidence { $confidence } %. They wrote:
    <blockquote>{ $excerpt }</blockquote>
draft-changed = ✏️ Version { $number }, by { $by }
draft-nobody = nobody in this chat
draft-comes = • { $option }
draft-expires = ⌛ Expires on { $at } if nobody decides
draft-nowhere = nowhere yet
draft-target = • { $title }
draft-target-next = ⏳ { $title }
draft-target-again = 🔁 { $title }: trying again, attempt { $number } of { $total }; { $why }
draft-target-waits = ⏱ { $title }: is tried again on { $at }; { $why }
draft-target-sent = ✅ { $title }
draft-target-unpinned = ✅ { $title }, but not pinned: { $why }
draft-target-kept = ⚠️ { $title } still has it: { $why }
draft-target-deleted = 🗑 { $title }
draft-target-failed = ❌ { $title }: { $why }
draft-target-more = … and { $more } more. { $sent } of { $total } have it.
draft-refused = { $kind ->
        [blocked] they have blocked me
        [deactivated] this account is deleted
        [bad_peer] I do not see this chat; let me join it
        [content] Telegram does not take this message
        [forbidden] I may not do this there; make me an administrator who may
        [passing] Telegram does not take it just now
       *[unknown] Telegram refused it
    } ({ $reason })
draft-unshown = ⚠️ I cannot show all of it: Telegram does not take it ({ $reason }). It may not be publishable either; “Edit” puts something else in its place.
draft-choose-targets = ⚠️ It goes nowhere yet. Choose its chats, then send it.
draft-picking = Press a chat to let the draft go there, or not to. At once, and for everybody who reviews.
draft-picking-none = No chat is named yet that drafts may go to. The owner names them: /targets.
draft-reply-stays = This draft answers a message, and goes to the chat of that message only.
draft-replaced = ✏️ { $name }: that was version { $number }. The newest one is below.
draft-moved = ⬇️ { $name }: this draft is shown again below.
draft-not-yours = You review no drafts any more.
draft-too-late = { $state ->
        [scheduled] { $who } has scheduled this draft already ({ $at }). Nothing changes.
        [skipped] { $who } has skipped this draft already ({ $at }). Nothing changes.
       *[other] { $who } has approved this draft already ({ $at }). Nothing changes.
    }
draft-too-late-pending = This draft waits for a decision again. Nothing changes.
draft-too-late-expired = This draft has expired: nobody decided on it in time. Nothing changes.
draft-too-late-itself = This draft was sent by itself ({ $at }). Nothing changes.
draft-overtaken = ✋ Somebody changed this draft while you wrote, so nothing was done with your answer. Look at the newest version, and press there again if you still mean it: /drafts.
draft-versions =
    ✏️ <b>Versions</b>: press a number to see one again.
    { $rows }
draft-versions-row = { $number }. { $name } ({ $by }, { $at })
draft-version = ⬆️ Version { $number }, by { $by }, on { $at }.
draft-at-ask =
    ⏰ When should this draft go out? A time approves it. Write it ({ $zone }): <code>18:30</code>, <code>2026-12-31 18:00</code>, or for how long from now, such as <code>2 h</code>.
draft-scheduled = ⏰ Approved: goes out on { $at } ({ $zone }).
draft-edit-old =
    The old words. Press to copy:
    <pre>{ $excerpt }</pre>
draft-edit-ask = ✏️ Send me what should go out instead: a text, a file, or a whole album. What you make bold or link stays so; tags such as <code>&lt;b&gt;</code> work, too. Nobody gets anything before somebody approves it.
draft-edit-rest = ✏️ I have it. Does the text go on? Then send the rest. When all of it is here, press “Done”.
draft-edit-long = ✏️ All of it is longer than one message may be. How should it go out?
draft-edit-where = 📎 This draft has a file. Where do your words belong?
draft-edit-where-long = 📎 This draft has a file, and your words are longer than { $longest } characters: too long to stand under it. Where do they belong?
draft-edit-words = 📎 Your file came without words. Does it keep the old ones?
draft-edit-words-long = 📎 Your file came without words. The old ones are longer than { $longest } characters: too long to stand under it. Does it keep them?
draft-edited = ✏️ That is version { $number } now. All who review see it.
drafts =
    { $state ->
        [pending] 📝 <b>Waiting for a decision</b>
        [approved] 📤 <b>Approved</b>
        [publishing] 📤 <b>Being published</b>
        [published] ✅ <b>Published</b>
        [partly] ⚠️ <b>Not published everywhere</b>
        [failed] ❌ <b>Not published</b>
        [skipped] ⏭ <b>Skipped</b>
        [scheduled] ⏰ <b>Scheduled</b>
       *[expired] ⌛ <b>Expired</b>
    }: { $count }
    { $rows }

    Press a number to see a draft again, and to decide on it. Times: { $zone }.
drafts-none = Nothing here.
drafts-row = { $number }. { $name } ({ $at })
drafts-row-gone = { $number }. 🗑 { $name } ({ $at })
toast-draft-sending = ✅ Approved: being published.
toast-draft-again = 🔁 Trying the failed ones again.
toast-draft-scheduled = ⏰ Approved for its time.
toast-draft-skipped = ⏭ Skipped.
toast-draft-undone = 🗑 Being deleted everywhere.
button-draft-send = ✅ Send
button-draft-approve = ✅ Approve for its time
button-draft-edit = ✏️ Edit
button-draft-skip = ⏭ Skip
button-draft-more = ⋯ More
button-draft-less = ⌃ Less
button-draft-at = ⏰ Schedule
button-draft-other-time = ⏰ Other time
button-draft-no-time = ⏰ Without a time
button-draft-back = ↩️ Back to review
button-draft-targets = 🎯 Chats
button-draft-show = 👁 Show again
button-draft-versions = 🕘 Versions: { $count }
button-draft-restore = ↩️ Take this one again
button-draft-retry = 🔁 Retry the failed ones
button-draft-reopen = ↩️ Decide again
button-draft-stop = ✋ Stop, and delete it everywhere
button-draft-undo = 🗑 Delete everywhere (for a minute)
button-draft-caption = Under the file
button-draft-below = In a message below the file
button-draft-instead = In the place of the file
button-draft-split = In several messages
button-draft-paper = As a text file
button-draft-keep-words = Keep the old words
button-draft-no-words = Without words
button-drafts = { $state ->
        [pending] 📝 Waiting
        [approved] 📤 Approved
        [publishing] 📤 Being published
        [published] ✅ Published
        [partly] ⚠️ Not everywhere
        [failed] ❌ Not published
        [skipped] ⏭ Skipped
        [scheduled] ⏰ Scheduled
       *[expired] ⌛ Expired
    }: { $count }
command-drafts = Drafts, and what became of them
help-drafts = /drafts: the drafts that wait for a decision, and what became of the others

## Links

new-link =
    🔗 A new link to <b>{ FILE($name, $kind) }</b>:
    { $url }

    Links that you made before keep working.
new-link-album =
    🔗 A new link to { $count ->
        [one] <b>{ $count } file</b>
       *[other] <b>{ $count } files</b>
    }:
    { $url }

    Links that you made before keep working.
genlink-usage = Reply with /genlink to a message with a file or a text, and I make a link to it. A file you can also just send me.
genlink-no-file = The message you replied to carries neither a file nor a text that I could store. Reply with /genlink to a document, a photo, a video, another file or a text.
links-empty = Nothing is shared yet. Send me a file, and its link will be listed here.
links =
    <b>Links, newest first</b> ({ $total })

    { $rows }

    Press a number to share, close or reopen that link.
links-row =
    { $number }. <b>{ FILE($name, $kind) }</b>{ $more ->
        [0] { "" }
       *[other] { " " }and { $more } more
    }, { $uses ->
        [one] { $uses } use
       *[other] { $uses } uses
    }{ $state ->
        [revoked] {", closed"}
        [expired] {", expired"}
        [used-up] {", used up"}
       *[open] { "" }
    }
link-card =
    <b>{ FILE($name, $kind) }</b>
    { $count ->
        [one] { $count } file
       *[other] { $count } files
    }, { SIZE($size) }
    { $uses ->
        [0] Not used yet
        [one] Used { $uses } time
       *[other] Used { $uses } times
    }
    { $state ->
        [revoked] Closed: whoever opens it gets nothing.
        [expired] Expired: whoever opens it gets nothing.
        [used-up] Used up: whoever opens it gets nothing.
       *[open] Open: whoever opens it gets { $count ->
            [1] the file
           *[other] the files
        }.
    }{ $missing ->
        [0] { "" }
       *[other] {" "}⚠️ Gone from the storage channel: no. { $gone }.
    }

    { $rows }

    { $url }
link-property =
    🔗 <b>{ FILE($name, $kind) }</b>

    <b>{ $title }</b>
    { $about }

    Now: { $value }
link-expiry = Works until
link-expiry-about = After this time whoever opens the link is told that it has expired.
link-expiry-at = { $at } ({ $zone })
link-expiry-none = no end
link-expiry-unclear = Please write for how long from now, such as <code>12 h</code> or <code>2 days</code>, or until when, such as <code>2030-12-31 18:00</code>; <code>0</code> means: without end.
link-expiry-past = That time is over already, or more than ten years away. Please write one that is yet to come.
link-limit = Uses at most
link-limit-about = How often the link can be opened, counting what it was used until now.
link-limit-none = no limit
link-protect = Protected content
link-protect-about = Whether readers are kept from forwarding and saving what this link hands out.
link-delete = Auto-delete
link-delete-about = After this time readers lose what this link handed out, and can open it again to get it anew.
link-as-bot = as in /settings
link-as-bot-now = as in /settings ({ $value })
link-title = Title
link-title-about = What the link is called in lists and found under.
link-title-none = the file's name
link-listed = Found by search
link-listed-about = Whether readers find this link with /search. What is not listed is for those who have the link.
link-not-yours = Another admin made this link. Only they and the owner may see and change it.
link-uses =
    📊 <b>{ FILE($name, $kind) }</b>, { $uses ->
        [one] { $uses } use
       *[other] { $uses } uses
    }

    <b>The last 14 days</b> ({ $zone })
    { $days }

    <b>Last readers</b>
    { $last }

    <b>Handed out, by all links together</b>
    { $files }
link-uses-none =
    📊 <b>{ FILE($name, $kind) }</b>

    Nobody has used this link yet.
link-uses-day = <code>{ $day }</code> · { $uses }
link-uses-file = { FILE($name, $kind) } · { $uses }
link-uses-reader = <code>{ $at }</code> · { $who }
revoke-usage =
    Which link should I close? Write it after the command, like this:
    <code>/revoke https://t.me/…?start=…</code>

    Or reply with /revoke to my message that shows the link. /links lists them all.
revoked =
    🚫 Closed: the link to <b>{ FILE($name, $kind) }</b>. Whoever opens it now is told so. The file itself is kept.

    { $url }
restored =
    ✅ Open again: the link to <b>{ FILE($name, $kind) }</b>. It works as before.

    { $url }
link-malformed =
    This link is damaged: a part of it is missing, or something was added to it.

    Open it again exactly as you were given it, or ask for it once more.
link-unknown =
    I do not know this link. It may belong to another bot, or a letter of it got changed on the way.

    Ask whoever gave it to you to send it once more.
link-too-many =
    This link leads to more than { $most } files, and I cannot hand out so many at once.

    Ask whoever gave it to you for links to smaller parts.
link-revoked =
    This link was closed by the person who made it.

    Ask whoever gave it to you for a new one.
link-expired =
    This link has expired.

    Ask whoever gave it to you for a new one.
link-used-up =
    This link has been used as often as it was meant to be.

    Ask whoever gave it to you for a new one.

album-buttons = ⬆️ These files belong together.
delivery-unavailable =
    The files behind this link cannot be reached at the moment. The owner has been told; please try again later.
delivery-gone =
    What was behind this link has been deleted, so there is nothing left to hand out.

    Ask whoever gave you the link to share it once more.
delivery-incomplete =
    { $count ->
        [one] { $count } file of this link has been deleted
       *[other] { $count } files of this link have been deleted
    }, so you got everything but that.

## Roles

admin-fixed =
    The owner and the administrators in the bot's own settings (<code>ADMINS</code>) may what they may. That is changed where the bot runs, not here.
admin-banned =
    This person is banned. Let them in again first: /unban
admin-unknown =
    This person is not an administrator any more. /admins lists those who are.
ban-fixed =
    The owner and the administrators in the bot's own settings (<code>ADMINS</code>) cannot be banned.
ban-admin =
    This person is an administrator. Take that away first: /del_admin
person = <b>{ $name }</b> (<code>{ $id }</code>)
person-unknown =
    I know nobody called <b>{ $name }</b>.

    Write a numeric id or an @username after the command, or answer a message that you forwarded from that person.
person-hidden =
    That message does not say whose it is: its writer hides that from forwards.

    Write the person's numeric id or @username after the command.
person-unnamed =
    That names nobody. Write a numeric id or an @username, or forward me a message of that person.
admins =
    <b>Administrators</b>

    { $rows }

    Press a name to change what that person may do. /add_admin makes another one.
admins-row =
    { $fixed ->
        [yes] { $who }: named in <code>ADMINS</code> where the bot runs
       *[other] { $who }: { $count ->
            [one] { $count } permission
           *[other] { $count } permissions
        }
    }
admins-none =
    There are no administrators besides you.

    /add_admin makes one: write an id or an @username after it, or answer a message forwarded from that person.
add-admin-usage =
    Whom should I make an administrator?

    Write that person's id or @username, or forward me a message of theirs.
admin-card =
    { $who } is an administrator.

    Press a line to give that permission or to take it away. It holds at once.
admin-card-untold =
    { admin-card }

    I could not write to them: they have to start me first.
admin-appointed =
    You are an administrator of this bot now. /help shows what you may do.
admin-dismissed = { $who } is not an administrator any more.
permission-upload = Store files, make links
permission-review = Approve drafts
permission-broadcast = Write to everyone
permission-ban = See and ban people
permission-settings = Change settings
ban-usage =
    Whom should I ban?

    Write that person's id or @username, or forward me a message of theirs.
unban-usage =
    Whom should I let in again?

    Write that person's id or @username, or forward me a message of theirs. /banlist lists those who are banned.
banned =
    🚫 { $who } is banned. I answer nothing of theirs any more, without telling them.
unbanned = ✅ { $who } is let in again.
banlist =
    <b>Banned, the latest first</b>

    { $rows }

    Press a name to see more, or to let that person in again.
banlist-empty = Nobody is banned.
ban-card =
    { $who } is banned.

    By { $by }, on { $day }.
ban-over = This person is not banned any more. /banlist lists those who are.
users =
    <b>{ $total ->
        [one] { $total } person has
       *[other] { $total } people have
    } written to me</b>

    In the last 24 hours: { $today }
    In the last 7 days: { $week }
    Have blocked me: { $blocked }
    Cannot be reached any more: { $gone }

    Who wrote last:
    { $rows }

## Processing

processing =
    ⏳ Getting files ready: <b>{ $ended } of { $total }</b>, { $percent } %

    Their links work already. They hand out what you sent until the copy with the new name or thumbnail is ready.
processing-one =
    ⏳ Getting ready: <b>{ FILE($name, $kind) }</b>, { $percent } %

    Its link works already. It hands out what you sent until the copy with the new name or thumbnail is ready.
processing-one-over =
    { $end ->
        [done] ✅ Ready: <b>{ FILE($name, $kind) }</b>. From now on its link hands out this copy.
        [cancelled] Cancelled: <b>{ FILE($name, $kind) }</b> stays as you sent it.
       *[failed] ⚠️ <b>{ FILE($name, $kind) }</b> stays as you sent it.
    }{ $ignored ->
        [0] { "" }
       *[other] { processing-ignored }
    }
processing-over =
    ✅ Ready: <b>{ $done } of { $total }</b> files. From now on their links hand out these copies.{ $cancelled ->
        [0] { "" }
       *[other] { " " }Cancelled: { $cancelled }.
    }{ $failed ->
        [0] { "" }
       *[other] { " " }Left as you sent them: { $failed }.
    }{ $ignored ->
        [0] { "" }
       *[other] { processing-ignored }
    }
processing-ignored =
    { "" }

    Telegram made a thumbnail of its own in place of yours: it does so for videos and pictures below about 10 MB, which it can read itself.
processing-failed =
    { $count ->
        [one] ⚠️ This file could not be given its new name or thumbnail. Its link hands it out as you sent it; nothing is lost.
       *[other] ⚠️ { $count } files could not be given their new name or thumbnail. Their links hand them out as you sent them; nothing is lost.
    }

    { $rows }{ $more ->
        [0] { "" }
       *[other] { " " }… and { $more } more.
    }
processing-failed-row =
    • <b>{ FILE($name, $kind) }</b>: { $reason ->
        [too-big] it is larger than 2000 MiB, and bots cannot upload more than that
        [disk] there is not enough room on my server's disk; free some, and answer the file with a picture to try again
        [gone] its message in the storage channel was deleted meanwhile
        [storage] the storage channel does not let me post; make me an administrator there again
        [telegram] Telegram refused it three times
       *[error] something went wrong on my side, and I have written down what it was
    }
thumb-ask =
    Send me the picture that your files are to have as their thumbnail: a photo, or a picture as a file.

    Files that you store from then on get it.
thumb-set =
    ✅ This is your thumbnail now. Files that you store from now on get it; /show_thumb shows it, /del_thumb takes it away.

    To give one file another one, answer it, or my message with its link, with a picture.
thumb-shown = Files that you store get this thumbnail. /set_thumb changes it, /del_thumb takes it away.
thumb-none = You have set no thumbnail: files are handed out with the one that they came with. /set_thumb sets one.
thumb-deleted = From now on your files are handed out with the thumbnail that they come with. Those that have one of yours keep it.
thumb-own = 🖼 <b>{ FILE($name, $kind) }</b> gets this picture as its thumbnail. I tell you when it is ready.
thumb-several = This link has several files. Answer the file that you mean, not the link, with the picture.
thumb-kind = Telegram takes thumbnails for documents, videos, audio and animations only, and this is none of these.
thumb-file-too-big = <b>{ FILE($name, $kind) }</b> is larger than 2000 MiB. Bots cannot upload more than that, so I can only hand it out as it is.
thumb-file-unknown = I do not have this file any more. Send it to me again, and answer it with the picture then.
thumb-no-picture = This is no picture that I can read. Send a photo, or a JPEG, PNG, WebP, GIF or BMP as a file.
thumb-too-large = This picture is too large. Send one of less than 20 MB and 25 megapixels, or send it as a photo: Telegram then makes it smaller.
toast-processing-cancelled =
    { $count ->
        [0] Nothing is left to cancel: it is done, or about to be.
        [one] Cancelled: the file stays as you sent it.
       *[other] Cancelled: { $count } files stay as you sent them.
    }

## Search

search-found =
    🔎 Found for <b>{ $words }</b>

    { $rows }
search-popular =
    🔎 <b>What is opened most</b>

    { $rows }

    To look for something, write words after the command: <code>/search holiday</code>
search-row =
    { $number }. <a href="{ $url }">{ FILE($name, $kind) }</a> · { $count ->
        [one] { SIZE($size) }
       *[other] { $count } files
    }
search-nothing =
    I find nothing like “{ $words }”.

    Try fewer words, or other ones. Small slips do no harm.
search-empty = There is nothing to be found here yet.
search-forgotten = This search is too old to go on with. Please send it again: /search and what you look for.
inline-title = { FILE($name, $kind) }
inline-description =
    { $count ->
        [one] { SIZE($size) }
       *[other] { $count } files
    }
inline-message =
    <b>{ FILE($name, $kind) }</b> · { $count ->
        [one] { SIZE($size) }
       *[other] { $count } files
    }

    { $url }
inline-nothing = Nothing found. Look in my chat →
button-get = Get it
button-search-back = ← Better
button-search-more = More →
command-search = Find something by its name
help-search = /search: finds files by a few words of their name; in any other chat, write my name and the words

## Sequences

timeline-caption = The steps in time. A ring stands for a step that not everybody gets.
funnel-caption = What became of each step, each time that a reader began the sequence. The narrow bar is how many of those who got it pressed a button of it.
sequence-gone = There is no sequence <b>{ $name }</b> any more. /sequences shows those that there are.
changed-sequence = Sequence { $subject }, its revision
changed-sequence-open = Sequence { $subject }, running
stopped =
    🛑 { $count ->
        [0] <b>Stopped.</b> None of the messages that come by and by was waiting for you.
        [one] <b>Stopped.</b> The one message that was still to come by and by is cancelled.
       *[other] <b>Stopped.</b> The { $count } messages that were still to come by and by are cancelled.
    }

    What you ask me for you still get: files behind links, answers to your commands. News that the owner of this bot writes to everybody comes as well.

    /start begins again, if you change your mind.
again-ask = The messages that come by and by had ended for you. Shall I begin with them again, from the first one?
again-begun = ✅ I begin again, with the first message. /stop ends it at any time.
again-not-stopped = They are coming already. /stop ends it at any time.
again-left = Then none of them comes. /start asks again.
button-again-yes = Yes, begin again
button-again-no = No
joined-looking = Looking whether you have joined…
joined-not-yet = You are not in the channel yet. Please join it, then press “Verify”.
joined-unknown = Telegram does not tell me right now whether you have joined. Please press again in a minute.
joined-success = ✅ Thank you for joining!
# The owner's own words, from the button of a sequence.
joined-own = { $text }
button-joined-verify = ✅ Verify
timezone =
    🕐 <b>Your time zone: { $zone }</b>{ $own ->
        [yes] { "" }
       *[no] { " " }(that of this bot)
    }
    It is { $time } there now.

    It is for the messages that come by and by: where they have quiet hours, those are yours. Choose another one, or send for example <code>/timezone Asia/Tashkent</code>.
timezone-ask = Please write the name of your time zone: a continent and a city, such as <code>Asia/Tashkent</code> or <code>Europe/Madrid</code>.
button-timezone-bot = That of this bot
button-timezone-bot-chosen = ✓ That of this bot
button-timezone-type = Another one…
command-stop = End the messages that come by and by
command-timezone = Your time zone
help-stop = /stop: ends the messages that come by and by after your first one; answers and news still come
help-timezone = /timezone: your time zone, for the quiet hours of messages that come by and by
paper-none = Please send it as a file.
paper-too-large = This file is too large for that: { SIZE($most) } is the most.
sequence-file-wrong = This file cannot be used yet. To set right:
sequence-file-large = The file is larger than { SIZE($most) }. Sequences are short: the videos and pictures belong into the source channel.
sequence-file-encoding = There are characters here that are not UTF-8. Save the file as UTF-8.
sequence-file-yaml = This is not YAML: <code>{ $reason }</code>. Look at the spaces at the beginning of the lines, and put texts with a colon between quotation marks.
sequence-file-empty = The file is empty.
sequence-file-anchor = Anchors and aliases (<code>&amp;name</code>, <code>*name</code>) are not read. Write what they stand for in each place; put a text that begins with one of these signs between quotation marks.
sequence-file-deep = There are lists deep inside each other here. A sequence has no need of them.
sequence-file-mapping = Here belong names with values, such as <code>key: welcome</code> ({ $what }).
sequence-file-list = Here belongs a list, each line of which begins with a dash ({ $what }).
sequence-file-word = Here belongs a single value, neither a list nor further names ({ $what }).
sequence-file-unknown = I do not know <code>{ $name }</code> here. There are: <code>{ $known }</code>
sequence-file-twice = <code>{ $name }</code> is here for the second time. Leave one of them.
sequence-file-missing = <code>{ $name }</code> is missing.
sequence-file-name = <code>{ $what }</code> is made of 1 to 32 of a-z, 0-9, - and _.
sequence-file-trigger = The only thing that begins a sequence is <code>{ $known }</code>: somebody writes to the bot for the first time.
sequence-file-quiet = Quiet hours are two times, such as <code>22:00-08:00</code>.
sequence-file-no-steps = A sequence needs at least one step under <code>steps</code>.
sequence-file-many-steps = These are { $count } steps; { $most } are the most.
sequence-file-key-twice = There is another step <code>{ $name }</code> before this one. Each step has a key of its own.
sequence-file-when = A step has either <code>after: 40s</code> (from joining), <code>after: &#123;key: 40s&#125;</code> (from an earlier step) or <code>after_previous: 40s</code>.
sequence-file-first = There is no step before the first one: write <code>after</code> here.
sequence-file-no-step = There is no step <code>{ $name }</code>.
sequence-file-cycle = A step can only wait for one before it, and <code>{ $name }</code> is not. Change their order.
sequence-file-delay = <code>{ $words }</code> is no time to wait. Write for example <code>40s</code>, <code>3min</code>, <code>1h 30min</code>, <code>2d</code>, or <code>0</code> for at once.
sequence-file-far = A step can wait { $days } days at most.
sequence-file-no-content = A step needs a <code>text</code>, a <code>source_message</code>, or both.
sequence-file-source = <code>source_message</code> is the number of a post in the source channel, or a list of up to { $most } numbers for an album.
sequence-file-source-gone = There is no post { $number } in the source channel, or I cannot see it.
sequence-file-no-source = There is no source channel yet. Name it in /settings, then send the file again.
sequence-file-button = A button has either a <code>url</code> or a <code>click</code>.
sequence-file-url = <code>url</code> is the address of a page, such as https://example.com.
sequence-file-answer = Only a <code>click</code> can have an <code>answer</code>.
sequence-file-answers = The click <code>{ $name }</code> has another answer already. One name has one answer.
sequence-file-click-later = Nobody can have pressed <code>{ $name }</code> before this step: the button stands under this one or a later one.
sequence-file-channel = A channel or group is named by its id, -100 and digits.
sequence-file-language = I do not speak <code>{ $name }</code>. There are: <code>{ $known }</code>
sequence-file-yes-no = Here belongs <code>yes</code> or <code>no</code>.
sequence-step-broken = ⚠️ Step <b>{ $which }</b> of the sequence <b>{ $name }</b> cannot be sent to anybody: <code>{ $reason }</code>. Its post in the source channel may be deleted, or Telegram does not take its buttons or its media. Readers go on with the next step. Send me the sequence's file again with another post, or /sequences.
click-noted = Got it.
sequences =
    📬 <b>Sequences</b>: what readers get by and by after they wrote to me for the first time

    { $rows }

    Press one to see how it does, to hold, test, change or delete it.
sequences-none =
    📬 There is no sequence yet: messages that readers get by and by after they wrote to me for the first time.

    Press “New” and send me one as a YAML file, or begin with the example.
sequence-row = { $paused ->
        [yes] ⏸
       *[no] ▶️
    } <b>{ $name }</b>, { $count ->
        [one] { $count } step
       *[other] { $count } steps
    }; in it now: { $readers }
sequence =
    📬 <b>{ $name }</b>{ $paused ->
        [yes] { " " }⏸ held: nobody gets its steps, and nobody begins it
       *[no] { "" }
    }

    { timeline-about }
    In it now: { $readers }
sequence-quiet = ; nothing from { $start } to { $end } of the reader’s clock
timeline-about = { $count ->
        [one] { $count } step
       *[other] { $count } steps
    }, the last one { $seconds ->
        [0] at once
       *[other] { DURATION($seconds) } after the beginning
    }{ $quiet }
timeline-more = { $count ->
        [one] … and { $count } more step
       *[other] … and { $count } more steps
    }
timeline-at-once = at once
timeline-after = + { $time }
timeline-post = { $count ->
        [1] ▶ Post { $number } of the source channel
       *[other] ▶ Album of { $count } posts of the source channel, from { $number } on
    }
funnel-about = Times that readers began it: { $count }
funnel-step = { $number }. { $time } · { $name }
funnel-due = all
funnel-sent = sent
funnel-clicked = pressed a button
funnel-skipped = skipped
funnel-stopped = stopped
funnel-failed = failed
funnel-waiting = to come
short-days = { $number } d
short-hours = { $number } h
short-minutes = { $number } min
short-seconds = { $number } s
only-clicked = Only who pressed “{ $name }”
only-not-clicked = Only who did not press “{ $name }”
only-joined = Only members of { $name }
only-not-joined = Only who is not in { $name }
only-language = Only in { $name }
only-premium = Only with premium
only-no-premium = Only without premium
sequence-draft =
    📬 <b>{ $name }</b>: { timeline-about }

    { $change }

    The picture of it comes in a moment. Shall I save it?
sequence-draft-new = It is new. Whoever writes to me for the first time from then on gets it; readers who are here already do not.
sequence-draft-same = I have exactly this one already; nothing would change.
sequence-draft-change =
    It takes the place of the one that I have. Steps new: { $added }, gone: { $gone }, changed: { $changed }{ $quiet ->
        [yes] ; other quiet hours
       *[no] { "" }
    }.
    In it now: { $readers }. They keep the times of their steps and get them as the new file has them; of what is gone they get nothing, and new steps are for those who begin from then on.
sequence-draft-changed = The file in that message is not the one that I showed you. Please send it as a new message.
sequence-problems =
    { sequence-file-wrong }

    { $rows }
    { $more }
sequence-problem = Line { $line }: { $what }
sequence-problems-more = … and { $count } more. Once these are right, I tell you the rest.
sequence-new-ask =
    Please send me the sequence as a YAML file, such as <code>welcome.yaml</code>.

    “Begin with the example” gives you one to change.
sequence-edit-ask = Above is <b>{ $name }</b> as a file. Change what you like and send it back; I show you what that would do before anything is saved.
sequence-file = The sequence { $name }
sequence-example = A sequence to begin with: change it and send it back.
sequence-deleted-file = This was the sequence { $name }. Send it back to have it again: readers who were in it go on then, unless a step of theirs fell due meanwhile.
sequence-delete-ask =
    Delete <b>{ $name }</b>? In it now: { $readers }. What is still to come for them does not come any more, unless you bring it back before their next step.

    You get it as a file first, by which you can have it again.
sequence-deleted = 🗑 <b>{ $name }</b> is deleted. The file below brings it back.
sequence-testing = It comes to you now: a minute lasts a second, no step waits longer than 10 s, and nothing is counted.
sequence-drawing = The picture comes in a moment.
button-all-sequences = All sequences
button-sequence-new = + New
button-sequence-example = Begin with the example
button-sequence-timeline = 🗓 Timeline
button-sequence-funnel = 📊 What became of it
button-sequence-pause = ⏸ Hold
button-sequence-resume = ▶️ Go on
button-sequence-test = 🧪 Test on me
button-sequence-edit = ✏️ Change
button-sequence-delete = 🗑 Delete
button-sequence-delete-yes = 🗑 Yes, delete it
button-sequence-keep = No, keep it
button-sequence-save = ✅ Save
button-sequence-replace = ✅ Save in its place
button-sequence-store = Keep it as a file instead
command-sequences = What readers get by and by
help-sequences = /sequences: messages that readers get by and by after their first one to me; send me one as a YAML file
sequence-many = { $count } or more
sequences-too-many = There are { $most } sequences already, which is the most. Delete one first: /sequences

## Lost files

lost =
    ⚠️ { $count ->
        [one] A file is gone from the storage channel, and readers do not get it any more:
       *[other] { $count } files are gone from the storage channel, and readers do not get them any more:
    }

    { $rows }{ $more ->
        [0] { "" }
       *[other] { " " }… and { $more } more.
    }

    Send me the same file again, and its links work again by themselves. To put another file in its place, press its number: the links stay the same.
lost-row =
    { $number }. <b>{ FILE($name, $kind) }</b>{ $count ->
        [1] { "" }
       *[other] {", "}no. { $place } of { $count } behind its link
    }{ $links ->
        [0] {", "}behind links of your former bot
        [1] { "" }
       *[other] {", "}behind { $links } links
    }

relink-ask-link =
    Which link should hand out another file? Send me the link.
relink-ask-place =
    This link hands out { $count } files. Which one should be replaced? Send me its number, from 1 to { $count }.{ $missing ->
        [0] { "" }
       *[other] {" "}No longer there: no. { $gone }.
    }
relink-ask-file =
    Send or forward me the file that should take the place of <b>{ FILE($name, $kind) }</b>{ $count ->
        [1] . The link stays the same.
       *[other] {" "}(no. { $place } of { $count }). The link stays the same.
    }
relink-place = This link hands out { $count } files: send me a number from 1 to { $count }.
relink-no-file = That is no file that I could hand out. Send or forward me a document, a photo, a video or another file.
relink-album = That is an album, and one file is to take the place of one. Send me just the one file.
relinked =
    ✅ Done: from now on the link hands out <b>{ FILE($name, $kind) }</b>{ $count ->
        [1] .
       *[other] {" "}as no. { $place } of { $count }.
    }{ $links ->
        [1] { "" }
       *[other] {" "}{ $links } links lead to this file now.
    }

    { $url }

## Moving in

import-done =
    ✅ The former storage channel is read: { $files ->
        [one] <b>{ $files } file or text</b>
       *[other] <b>{ $files } files and texts</b>
    }. Links of your former bot to them work again, from now on with me.

    { $others ->
        [0] { "" }
        [one] { $others } more post is no file or text of your former bot and is left out: its link does not work.
       *[other] { $others } more posts are no files or texts of your former bot and are left out: their links do not work.
    }
import-refused =
    ⚠️ I cannot read the former storage channel, so links of your former bot do not work yet.

    { $why }

    Then start the import again: it goes on where it stopped.

## Statistics

stats =
    📊 <b>How things are</b>

    <b>People:</b> { $users }. Active today: { $today }, in the last seven days: { $week }
    <b>Files:</b> { $files }, { SIZE($size) } in all
    <b>Links:</b> { $links }. Found with /search: { $listed }
    <b>Deliveries:</b> { $deliveries }. Today: { $recent }
    { $more }
stats-audience =
    { "" }
    <b>Steps of sequences:</b> { $sent } sent, { $pending } waiting, { $skipped } skipped, { $cancelled } cancelled, { $failed } failed
    <b>Presses of buttons:</b> { $presses }. Today: { $now }
stats-button = • <code>{ $name }</code>: { $presses }
stats-buttons = • all others: { $presses }
chart-presses = Presses of buttons per day
chart-steps = Steps of sequences per day
chart-others = all others
chart-sent = sent
chart-skipped = skipped
chart-cancelled = cancelled
chart-failed = failed
stats-top =
    { "" }
    <b>Opened most</b>
    { $rows }
stats-row =
    { $number }. <a href="{ $url }">{ FILE($name, $kind) }</a> · { $uses ->
        [one] { $uses } time
       *[other] { $uses } times
    }
chart-title = The last 30 days
chart-deliveries = Deliveries per day
chart-users = New people per day
chart-day =
    { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    } { $day }
chart-caption = Each of the last 30 days. Today is not over, so its bars are paler.
chart-missing = The chart could not be drawn this time; the log of my server says why.
command-stats = People, files, deliveries
help-stats = /stats: people, files, links and deliveries, with a chart of 30 days

## Replies: what the AI answers

replies =
    🤖 <b>AI replies: { $on ->
        [yes] on
       *[no] off
    }</b>

    Model: <code>{ $model }</code>
    Private messages to me: { $private ->
        [yes] answered
       *[no] not answered
    }
    Groups:
    { $groups }

    { $review ->
        [yes] Every reply waits for a reviewer.
       *[no] A reply with a confidence of { $confidence } or more goes out by itself and is reported; any other waits for a reviewer.
    }
    Waiting messages are read every { $minutes } min. Waiting now: { $waiting }.
    Today: { $calls } of { $calls_most } questions, { $tokens } of { $tokens_most } tokens.

    { $trouble }
replies-row = • { $title }
replies-no-chats = none yet
replies-trouble = ⚠️ The AI does not answer now: { $why ->
        [silent] it cannot be reached, or not in time
        [key] it does not take the key
        [model] it has no such model, or no such address
        [limit] it has been asked too much
       *[server] its server fails
    }. Messages wait for the next cycle.
replies-unset =
    🤖 There are no AI replies: nobody has named an AI.

    Whoever runs me sets <code>AI_BASE_URL</code>, <code>AI_MODEL</code> and, where it needs one, <code>AI_API_KEY</code>, and starts me again. Any endpoint that is compatible with OpenAI's will do, also one on your own machine.
replies-which = In which group shall the AI answer? These are groups that drafts may go to; you can also name another one.
replies-ask-which =
    In which group shall the AI answer?

    Write the group's @username, its address (t.me/…) or its numeric id (<code>-100…</code>), or forward me a message that was written in its name. I must be a member there.
replies-chat =
    🤖 <b>{ $title }</b>: the AI answers here.

    { $reason }
    { $all ->
        [yes] 👁 I see everything that people write there.
       *[no] 🙈 I see only commands and answers to my own messages there: privacy mode. So that I see everything, make me an administrator of the group. Or switch the mode off with @BotFather (/setprivacy) and then take me out of the group and in again.
    }
replies-not-group = <b>{ $title }</b> is not a group. People write in groups: name the channel's discussion group instead. Private messages are switched on under /settings.
replies-many = At most { $most } groups are possible. Take one out under /replies first.
replies-chat-gone = The AI does not answer in that group any more. /replies shows where it does.
replies-heard = 💬 Your message has arrived. If it calls for an answer, the answer comes here.
replies-away =
    ⚠️ <b>The AI does not answer.</b> { $why ->
        [silent] It cannot be reached, or not in time. Look whether its server runs, and whether AI_BASE_URL is right.
        [key] It does not take the key. Look at AI_API_KEY, and at the account it belongs to.
        [model] It has no such model, or no such address. Look at AI_MODEL and AI_BASE_URL.
        [limit] It has been asked too much. Look at the limits and the balance of the account there.
       *[server] Its server fails. Usually that passes.
    }

    Messages wait, for a day at most, and are tried again in every cycle. I write again when it answers.
replies-back = ✅ The AI answers again. It was away for { DURATION($seconds) }.
replies-given-up =
    ⚠️ { $count ->
        [one] One message was
       *[other] { $count } messages were
    } not answered: three times the AI said nothing that could be used (no reply, too long, or not in the form that it was asked for).

    If that happens often, another model may do better, or a shorter prompt: /replies
replies-all-spent = ⚠️ Today's budget for AI replies is used up. Messages wait until tomorrow; what is older than a day then is not answered. The budget is under /settings, “AI replies”.
replies-ask-trial = Write a text as somebody might write it to me. The AI answers to you alone, with the prompt as it is now; nothing goes out. It counts as one of today's questions.
replies-try-text = That is no text. Write one, or press <i>Cancel</i>.
replies-trying = 🤖 I am asking the AI. The answer comes here, within a minute.
replies-tried =
    🤖 The AI would answer, with a confidence of { $confidence }:

    { $excerpt }
replies-tried-nothing = 🤖 The AI would say nothing to that.
replies-tried-failed = ⚠️ There is no answer: { $why ->
        [silent] the AI cannot be reached, or not in time
        [key] it does not take the key
        [model] it has no such model, or no such address
        [limit] it has been asked too much
        [spent] today's budget is used up
        [unusable] it said nothing that could be used
       *[server] its server fails
    }.
button-replies-try = 🧪 Try it
changed-replies = The AI answers in { $subject }
button-settings-replies = 🤖 AI replies
button-replies = ‹ AI replies
button-replies-on = ▶️ Switch on
button-replies-off = ⏸ Switch off
button-replies-add = ➕ Group
button-replies-type = ✏️ Another group
button-replies-prompt = 📝 The prompt
button-replies-settings = ⚙️ Settings
button-replies-look = 🔄 Look again
button-replies-del = 🗑 Take out
setting-replies = AI replies
setting-replies-about = Off: nothing that people write is read for a reply, and what waits stays unanswered.
setting-replies-private = Answer private messages
setting-replies-private-about = On: what readers write to me, and nothing else of mine answers, waits for a reply of the AI. Their words go to the AI's server.
setting-auto-reply-confidence = Confidence
setting-auto-reply-confidence-about = From 0 to 100. From which confidence on a reply goes out without a reviewer. The AI itself says how sure it is.
setting-reply-review-all = Review every reply
setting-reply-review-all-about = On: no reply goes out by itself, however sure the AI is.
setting-reply-prompt = The prompt
setting-reply-prompt-about = What the AI is told before it answers: who you are, what you know, how to speak, when to say nothing. Plain words. That it answers only where it was asked, and takes no orders from strangers, it is told anyway.
setting-reply-calls = Questions a day
setting-reply-calls-about = How often the AI is asked on one day at most, in all chats together. What is left waits for the next day.
setting-reply-chat-calls = Questions a day in one chat
setting-reply-chat-calls-about = How often the AI is asked on one day at most in one group, or for one person.
setting-reply-tokens = Tokens a day
setting-reply-tokens-about = After so many tokens, read and written, the AI is asked nothing more on that day.
setting-reply-chat-tokens = Tokens a day in one chat
setting-reply-chat-tokens-about = After so many tokens in one group, or for one person, the AI is asked nothing more there on that day.
job-draft-cycle = The draft cycle
command-replies = AI replies
help-replies = /replies: where the AI drafts replies, its prompt, its budget

## Targets

targets =
    🎯 <b>Where drafts go</b>

    { $rows }

    Press a chat to see what I may do there, to have it chosen for every new draft, or to remove it.
targets-none =
    🎯 <b>No chat is named yet that drafts may go to.</b>

    Add me to your channel as an administrator with the right to post messages, or to your group as a member. Then press the button below.
targets-row = { $lost ->
        [yes] ⚠️ <b>{ $title }</b>: I may not write there
       *[other] • <b>{ $title }</b>
    }{ $on ->
        [yes] , for every new draft
       *[other] { "" }
    }
target =
    🎯 <b>{ $title }</b> { $username }

    { $rows }

    { $on ->
        [yes] It is chosen for every new draft; whoever makes the draft may leave it out.
       *[other] It is chosen for a draft by whoever makes it.
    }
target-open = ✅ I may write there.
target-ask-which =
    Where are drafts to go?

    Forward me a post of that channel, or a message that was written in that group's name. Or write the chat's @username or its numeric id (<code>-100…</code>); for a person, theirs.
target-ask = I am in the group <b>{ $title }</b> now. Shall drafts be able to go there? Nothing goes out before you or a reviewer says yes to it.
target-none = Drafts do not go to that chat any more. /targets shows where they go.
target-unknown =
    I know no chat <b>{ $name }</b>.

    Write its @username, its address (t.me/…) or its numeric id, or forward me a post of it.
targets-many = Drafts can go to { $most } chats at most. Remove one first: /targets
target-unseen =
    I cannot see <b>{ $title }</b>.

    Add me there: to a channel as an administrator with the right to post messages, to a group as a member. Then try again.
target-not-admin =
    ⚠️ I may not post in <b>{ $title }</b>: I am not an administrator there.

    Open the channel's settings, choose “Administrators”, and add me with the right to post messages.
target-no-post =
    ⚠️ I may not post in <b>{ $title }</b>: as an administrator I was not given that right.

    Open the channel's settings, choose “Administrators”, then me, and allow me to post messages.
target-not-member =
    ⚠️ I may not write in <b>{ $title }</b>: I am not in that group.

    Open the group and add me as a member.
target-restricted =
    ⚠️ I may not write in <b>{ $title }</b>: an administrator of that group has restricted me.

    Open the group's settings, choose “Permissions”, and take me off the exceptions. Or make me an administrator.
target-no-writing =
    ⚠️ I may not write in <b>{ $title }</b>: that group lets only its administrators write.

    Make me an administrator there, or allow members to send text messages.
target-moved =
    ⚠️ <b>{ $title }</b> became a supergroup, which is another chat for Telegram.

    Remove this one under /targets, and name the new one: its id begins with <code>-100</code>.
target-stranger =
    ⚠️ I may not write to <b>{ $title }</b>: a bot may write only to people who have written to it.

    Ask them to open this bot and press Start.
target-blocked =
    ⚠️ I may not write to <b>{ $title }</b>: they have blocked me.

    Only they can change that, by pressing Start again.
target-gone = ⚠️ I may not write to <b>{ $title }</b>: that account was deleted. Remove it under /targets.
target-bot = ⚠️ I may not write to <b>{ $title }</b>: it is a bot, and bots cannot write to each other.
target-no-pin = 📌 I may not pin there: what is to be pinned goes out without the pin. The right to pin is given in that chat's settings, under “Administrators”; in a channel it is the right to edit posts.
target-no-media = 🖼 Members may not send all kinds of media there. Make me an administrator, or allow it, before a draft with pictures or files goes there.
target-lost =
    ⚠️ <b>Drafts cannot go to { $title } any more.</b>

    { $rows }

    What goes there fails until then, and can be tried again.
target-back = ✅ Drafts can go to <b>{ $title }</b> again.
changed-target = Drafts go to { $subject }
changed-target-default = Every new draft goes to { $subject }
button-target = { $value }
button-target-chosen = ✓ { $value }
button-target-closed = ⚠️ { $value }
button-target-chosen-closed = ✓ ⚠️ { $value }
button-target-new = Add a channel, group or person
button-target-yes = Yes, drafts may go there
button-target-drafts = 🎯 Drafts may go there
button-target-always = Choose it for every new draft
button-target-ask = Choose it only when asked for
button-target-look = Look again
button-target-del = Remove
button-target-all = ← All of them
help-targets = /targets: the chats that drafts go to
command-targets = Where drafts go

## The source channel

source-set =
    ✅ From now on, a post in <b>{ $title }</b> that begins with <code>/chat</code> goes to all readers, without the command.

    What else is posted there goes to nobody.
source-not-channel =
    <b>{ $title }</b> is a group. Posts for all readers are taken from a channel only: in a group anybody could write to them.

    Create a channel and add me to it as an administrator with the right to post messages.
source-not-admin =
    I am not an administrator of <b>{ $title }</b>, so I do not see what is posted there, and its <code>/chat</code> posts go to nobody.

    Open the channel's settings, choose “Administrators” and add me. Another channel can be chosen under /settings.
source-protected =
    <b>{ $title }</b> restricts saving content, and Telegram lets nobody pass on a post of such a channel, not even me.

    Open the channel's settings and allow saving content. Or take another channel.
setting-source-chat = Channel for /chat posts
setting-source-chat-about = Posts of this channel that begin with <code>/chat</code> go to all readers, and sequences send its posts. To choose a channel, add me to it as an administrator with the right to post messages, or forward me a text post from it: I ask you then.
setting-paid-broadcasts = Paid broadcasts
setting-paid-broadcasts-about = Free of charge, Telegram lets a bot send about 30 messages a second, so 100,000 readers take an hour. On: I send broadcasts and sequences at up to 1,000 a second, and <b>each message beyond 30 a second costs 0.1 Telegram Stars</b> from my balance; a broadcast to 100,000 readers costs up to 10,000 Stars. It works only where paid broadcasts are switched on for me at @BotFather; Telegram asks for 100,000 Stars on my balance and 100,000 monthly users for that. Answers to people are never paid for.
button-settings-audience = Audience
button-source = 📣 Use it for /chat posts

## The storage channel

storage-missing =
    ⚠️ <b>I cannot keep files yet: there is no storage channel.</b>

    The owner of this bot sets it once:
    1. Create a private channel.
    2. Add me to it as an administrator with the right to post messages.
    3. Come back to this chat: I ask whether to use that channel. Press “Yes, use it”.

    If I do not ask, forward me any post from that channel.
storage-ask = Should I keep all files in the channel <b>{ $title }</b>?
storage-ask-change =
    Should I keep new files in the channel <b>{ $title }</b> from now on?

    What is already stored stays in the channel where it is. Do not delete that channel, or its links stop working.
storage-set =
    ✅ From now on I keep all files in <b>{ $title }</b>.

    Send me a file, and I answer with its link.
storage-unchanged = All right, nothing has changed.
storage-not-channel =
    <b>{ $title }</b> is a group. I keep files in a channel only: in a group anybody could delete them.

    Create a private channel and add me to it as an administrator with the right to post messages.
storage-not-admin =
    I am not an administrator of <b>{ $title }</b>, so I cannot keep files there.

    If it is your channel, open its settings, choose “Administrators”, add me with the right to post messages, and I will ask you again.
storage-no-post-right =
    I am an administrator of <b>{ $title }</b>, but I may not post messages there.

    Open the channel's settings, choose “Administrators”, then me, and allow me to post messages. I will ask you again.
storage-protected =
    <b>{ $title }</b> restricts saving content, and Telegram lets nobody forward from such a channel, not even me.

    Open the channel's settings, allow saving content, and forward me a text post from it. Or take another channel.
storage-closed =
    ⚠️ Readers open links and get nothing: I cannot take files from the storage channel any more.

    Make me an administrator of it again, with the right to post messages, and switch its content protection off. Their links work again at once.
storage-failed =
    The storage channel does not accept files: it was deleted, or I am no longer an administrator there with the right to post messages.

    The owner can add me again, or choose another channel: add me to it as an administrator, and I ask.
storage-back =
    ✅ I can post in the storage channel <b>{ $title }</b> again. Files are kept there, and its links work.
storage-lost =
    ⚠️ I can no longer post in the storage channel <b>{ $title }</b>. No new files can be stored, and links may stop working.

    Make me an administrator there again with the right to post messages, or add me to another channel to use that one instead.

## Settings

settings =
    ⚙️ <b>Settings</b>

    What you change here holds at once and survives restarts. Choose a page.
settings-group =
    ⚙️ <b>{ $title }</b>

    { $rows }
settings-row = • { $name }: <b>{ $value }</b>
setting =
    ⚙️ <b>{ $title }</b>
    { $about }

    Now: { $value }
    <i>{ $source }</i>

    { $notice }
ask-number = <b>{ $name }</b>: write a whole number from { $least } to { $most }.
ask-duration = <b>{ $name }</b>: write a time from { DURATION($least) } to { DURATION($most) }, such as <code>30 min</code>, <code>12 h</code> or <code>2 days</code>; <code>0</code> means never.
ask-expiry =
    <b>{ $name }</b>: write for how long from now, such as <code>12 h</code> or <code>2 days</code>, or until when, such as <code>2030-12-31 18:00</code> ({ $zone }).

    <code>0</code> means: without end.
ask-text =
    <b>{ $name }</b>: write the text, at most { $longest } characters. Bold and other formatting stays, and so does Telegram's HTML, such as <code>&lt;b&gt;words&lt;/b&gt;</code>.

    These are filled in:
    <code>{ $known }</code>
ask-line = <b>{ $name }</b>: write it in one line, at most { $longest } characters.
ask-picture = <b>{ $name }</b>: send the picture, or its address that begins with https://.
ask-buttons =
    <b>{ $name }</b>: write a line for each row, like this:
    <code>Our channel - https://t.me/example</code>

    With <code>|</code> between them buttons stand beside each other:
    <code>Channel - https://t.me/example | Site - https://example.com</code>

    At most { $most } rows, { $beside } buttons each.
ask-timezone = <b>{ $name }</b>: write it as in the tz database, such as <code>Asia/Tashkent</code>.
setting-save = ⬆️ This is how it looks. Save it? To try something else, just write it.
setting-save-unseen = There is no stored file yet to show it with. Save it all the same? To try something else, just write it.
setting-refused = Telegram does not take this ({ $reason }), so nothing was changed. Write it differently.
setting-picture-refused = Telegram cannot show this picture, so nothing was changed. Send it here as a photo, or take another address.
setting-changed-since = This setting has been changed since, so nothing was taken back. Open it again: the button there takes back its last change.
setting-from-chat = Changed here in the chat.
setting-from-environment = From the environment ({ $variable }), not changed here.
setting-from-default = As it is by default.
settings-log =
    📜 <b>Who changed what</b>, newest first, times in { $zone }

    { $rows }
settings-log-row = <code>{ $at }</code> { $who } · { $what }: { $old } → <b>{ $new }</b>
settings-log-empty = 📜 Nothing has been changed in the chat yet.
changed-link = Link <code>{ $subject }</code>, { $what }
changed-link-open = Link <code>{ $subject }</code>, open
changed-link-file = Link <code>{ $subject }</code>, the file
changed-other = A change ({ $subject })
changed-fsub = Must be joined: { $subject }
changed-fsub-asks = { $subject }: people ask to join
changed-role = Role of { $who }
changed-ban = { $who } banned
value-reader = reader
value-admin = admin ({ PERMISSIONS($may) })
value-admin-nothing = admin
value-on = on
value-off = off
value-none = none
value-never = never
value-number = { $number }
value-duration = { DURATION($seconds) }
value-picture = a picture
value-several = { $count } of { $total }
setting-storage-chat = Storage channel
setting-storage-chat-about = Where files are kept. To choose another channel, add me to it as an administrator with the right to post messages: I ask you then.
setting-name-prefix = Before file names
setting-name-prefix-about = Stands before the names of documents, videos, audio and animations that are stored from now on, such as <code>@mychannel</code>. I make a copy with the new name in the background.
setting-name-suffix = After file names
setting-name-suffix-about = Stands after the titles that are written after /upload, and after the names (before the extension) of documents, videos, audio and animations that are stored from now on, such as <code>[mychannel]</code>. I make a copy with the new name in the background.
setting-protect-content = Protected content
setting-protect-content-about = Readers cannot forward or save what they get. A link may say otherwise for itself.
setting-auto-delete-time = Auto-delete
setting-auto-delete-time-about = After this time, what readers got disappears from their chat. A link may say otherwise for itself.

setting-former-links = Links of the former bot
setting-former-links-about = Links that a bot before me made open what was imported from it. Their numbers can be guessed: whoever has two of them can open all of it. Off, they are unknown to me.
setting-caption-template-none = the files' own
setting-caption-template = Captions
setting-caption-template-about = What stands under delivered files in place of their own captions.
setting-list-new-links = New links: found by search
setting-list-new-links-about = Whether readers find each new link with /search. If not, only those that are made with /upload, and those that you list yourself.
setting-fsub-strict = Keep out when unsure
setting-fsub-strict-about = What happens while I cannot see who is in a channel that readers must have joined, as when I am no administrator there any more. Off: they get files without it. On: nobody gets files until I can see it again.
setting-file-buttons = Buttons under files
setting-file-buttons-about = Open addresses of yours. They stand under every delivered file, and in a message of their own after an album.
setting-greeting-none = my own words
setting-greeting = Greeting
setting-greeting-about = What readers see when they start me.
setting-greeting-picture = Picture over the greeting
setting-greeting-picture-about = Shown above the greeting.
setting-timezone = Time zone
setting-timezone-about = Times that I write and read are in this zone, such as Asia/Tashkent or Europe/Berlin.
setting-wrong = This is no value that the setting takes. Choose one of the buttons.
setting-last = At least one has to stay chosen.
setting-yes-no = Please write <code>on</code> or <code>off</code>.
setting-number = Please write a whole number from { $least } to { $most }.
setting-duration = Please write a time with its unit, such as <code>30 min</code>, <code>12 h</code> or <code>2 days</code>; <code>0</code> means never.
setting-duration-range = Please write a time from { DURATION($least) } to { DURATION($most) }, or <code>0</code> for never.
setting-timezone-wrong = I do not know this time zone. Please write its name as in the tz database, such as <code>Asia/Tashkent</code>.
setting-empty = Please write a text.
setting-long =
    This text has { $length } characters, and { $longest } is the most here. Please shorten it.
setting-placeholder =
    I do not know the placeholder <code>{ $name }</code>. These exist here:
    <code>{ $known }</code>
setting-picture = Please send a picture, or its address that begins with https://.
buttons-line =
    I cannot read this button: <code>{ $line }</code>

    Write what it says, a space, a hyphen, a space, and the address: <code>Our channel - https://t.me/example</code>
buttons-many = Please keep to { $most } rows with { $beside } buttons each.
buttons-long = A button says at most { $longest } characters. This is too long: <code>{ $line }</code>
markup-unknown = Telegram does not know the tag <code>&lt;{ $tag }&gt;</code>. Use b, i, u, s, code, pre, blockquote, spoiler or a, or write &amp;lt; for a plain &lt;.
markup-unclosed = The tag <code>&lt;{ $tag }&gt;</code> is opened and not closed. Add <code>&lt;/{ $tag }&gt;</code> where it ends.
markup-unopened = <code>&lt;/{ $tag }&gt;</code> closes a tag that is not the last one opened. Close tags in the reverse order in which they were opened.
markup-address = A link needs an address, like this: <code>&lt;a href="https://example.com"&gt;words&lt;/a&gt;</code>.

## Upload

upload-file =
    📤 Send me the file, or several files together as an album.

    Then I ask for a title and tags, by which readers find it.
upload-title =
    📤 <b>{ FILE($name, $kind) }</b>

    What is its title? “Skip” leaves it with its file name.
upload-tags =
    🏷 Which tags should it have? Write them with commas or spaces between them.
upload-done =
    ✅ <b>{ FILE($name, $kind) }</b>{ $count ->
        [1] { "" }
       *[other] , { $count } files
    }, { SIZE($size) }

    Whoever opens this link gets { $count ->
        [1] the file
       *[other] all of it
    }, and readers find it when they search:
    { $url }

    { $tags }
upload-no-file = I am waiting for the file: send me a document, a photo, a video or another file. /cancel gives the upload up.
upload-no-words = I am waiting for words here: write them, or press a button under my question.
upload-title-empty = Nothing of that title can be shown. Write letters, digits or emoji.
upload-title-long = That title is too long: it has { $length } characters with everything that is added to it, and { $longest } is the most. Write a shorter one.
upload-tags-empty = There is no tag in that. Write words with commas or spaces between them, or press “Skip”.
upload-tags-many = These are { $count } tags, and { $most } is the most. Write fewer.
upload-tag-long = The tag “{ $name }” is too long: { $longest } characters is the most. Write shorter ones, with commas between them.
kind-refused =
    I do not take files of this kind: { FILE("", $kind) }.

    The owner lets me take: { KINDS($kinds) }.
help-guided = /upload: stores a file with a title and tags, by which readers find it
command-upload = Store a file with a title and tags
setting-allowed-kinds = Kinds of files
setting-allowed-kinds-about = Which kinds of files I take from people. What is posted in the storage channel itself is always taken.
setting-allowed-kinds-document = { kind-document }
setting-allowed-kinds-video = { kind-video }
setting-allowed-kinds-audio = { kind-audio }
setting-allowed-kinds-photo = { kind-photo }
setting-allowed-kinds-animation = { kind-animation }
setting-allowed-kinds-voice = { kind-voice }
setting-allowed-kinds-video_note = { kind-video-note }
setting-allowed-kinds-sticker = { kind-sticker }

## Bundles

bundle-collecting =
    📦 { $count ->
        [0] Send me what belongs to the bundle, files and texts, one by one, as albums, or forwarded
        [one] { $count } file so far
       *[other] { $count } files so far
    }.

    “Done” or /done makes one link to all of them, in this order. “Undo the last” or /undo takes back what came last.
bundle-making = 📦 I am making the link to { $count ->
        [one] { $count } file
       *[other] { $count } files
    }. It comes in a moment.
bundle-progress = 📦 I am making the link: { $done } of { $total } files are in place.
bundle-made = 📦 Done: the link is below.
bundle-not-made = 📦 The link could not be made. What to do is below.
bundle-done =
    ✅ A bundle of { $count ->
        [one] <b>{ $count } file</b>
       *[other] <b>{ $count } files</b>
    }, { SIZE($size) }

    Whoever opens this link gets all of it:
    { $url }

    { $missing }
bundle-missing =
    Left out: { $missing ->
        [one] { $missing } message that was deleted before.
       *[other] { $missing } messages that were deleted before.
    }
bundle-empty = There is no file in the bundle yet. Send me some first.
bundle-full = The bundle is full: { $most } files is the most. Press “Done”, or send /done, and begin another one for the rest.
bundle-gone = All messages of this bundle were deleted before I could make the link, so there is nothing to hand out.
button-bundle-again = Try again
range-first =
    📦 Which post of the storage channel is the first one?

    Forward it to me, or send its link (“Copy link” in its menu).
range-last = And which one is the last? Forward it to me, or send its link.
range-reading = 📦 I am looking through the posts: { $done } of { $total }.
range-found =
    📦 { $count ->
        [one] There is <b>{ $count } file or text</b>
       *[other] There are <b>{ $count } files and texts</b>
    } from the first post to the last.{ $others ->
        [0] { "" }
       *[other] { " " }Posts with neither, left out: { $others }.
    }{ $missing ->
        [0] { "" }
       *[other] { " " }Deleted posts: { $missing }.
    }

    Should I make one link to { $count ->
        [one] it
       *[other] all of them
    }?
range-no-post = That is no post of the storage channel. Forward one to me, or send its link, such as <code>https://t.me/c/1234567890/55</code>.
range-other-channel = That post is in <b>{ $title }</b>, not in the storage channel. Forward one from the storage channel, or send its link.
range-too-wide = From the first to the last these are { $count } posts, and I look through { $most } at most. Choose ends that are closer together.
range-too-many = There are more than { $most } files between these posts, and that is the most for one link. Send /batch again and choose ends that are closer together.
range-empty = There is no file and no text between these posts. Posts with neither: { $others }. Deleted posts: { $missing }.
help-batch = /batch: one link to a range of posts of the storage channel; give the first and the last
help-custom-batch = /custom_batch: one link to up to 1,000 files and texts that you send one after the other
command-batch = One link to a range of stored posts
command-custom-batch = Collect files behind one link

## Conversations

conversation-busy =
    You have not finished something else yet{ $topic ->
        [upload] : an upload
        [bundle] : a bundle that you are collecting
        [range] : a bundle of the storage channel
        [relink] : putting another file behind a link
        [cast] : a broadcast
        [cast-at] : the time of a broadcast
        [cast-type] : what is to hold for a broadcast
        [cast-edit] : a new text for a broadcast
       *[other] { "" }
    }.

    Do you want to go on with that, or give it up and begin what you asked for now?
conversation-none = There is nothing to answer, go back from or cancel: I have not asked you anything.
conversation-no-choice = That is no answer to what I asked. The buttons under my question show what is.
conversation-cancelled = All right, I have given that up. /help shows what else I can do.
conversation-over = That question is closed: it was answered, given up or asked anew below.
conversation-expired =
    I have waited a day for your answer and have given up{ $topic ->
        [upload] { " " }the upload. Send /upload to begin again.
        [bundle] { " " }the bundle that you were collecting. Send /custom_batch to begin again.
        [range] { " " }the bundle. Send /batch to begin again.
        [relink] {". "}The link is as it was. Send /relink to begin again.
       *[other] . Begin again whenever you like.
    }
help-cancel = /cancel: gives up what I am asking you about
button-go-on = Go on with that
button-begin-anew = Begin the new one
button-skip = Skip
button-done = Done
button-undo = Undo the last
button-yes = Yes
button-cancel = Cancel

## What readers must have joined

fsub-gate =
    Before you get the files, please join:

    { $rows }

    Then press “Try again”: I go on with the link that you opened.
fsub-row = • <b>{ $title }</b>
fsub-still = You have not joined everything yet. Join what is listed here, then try again.
fsub-joined = ✅ Thank you for joining. Here is what you opened:
fsub-none =
    Everybody may open links: there is nothing to join first.

    Add a channel or group, and readers get files only once they have joined it. I must be an administrator there.
fsub-chats =
    <b>Whoever opens a link must have joined</b>

    { $rows }

    Press a name to change or remove it. What happens while I cannot see who is in is in /settings.
fsub-chats-row = { $lost ->
        [yes] ⚠️ <b>{ $title }</b>: I cannot see who is in
       *[other] • <b>{ $title }</b>{ $asks ->
            [yes] , on request
           *[other] { "" }
        }
    }
fsub-chat =
    { $lost ->
        [yes] ⚠️ I cannot see who is in <b>{ $title }</b>. Make me an administrator there.
       *[other] Whoever opens a link must have joined <b>{ $title }</b>.
    }

    { $asks ->
        [yes] People ask to join, by a link that I make. Whoever has asked gets files at once, without waiting to be let in.
       *[other] People join at once, by its public name or by a link that I make.
    }
fsub-ask =
    Which channel or group must readers have joined? I must be an administrator there.

    Forward me a post from it, or write its @username or its id (-100 and digits).
fsub-unknown =
    I find no channel or group <b>{ $name }</b>.

    Write its @username or its id (-100 and digits), or forward me a post from it.
fsub-basic =
    This group is of an old kind, and I do not hear there who joins.

    Make it public for a moment, or change its history for new members to visible: Telegram then makes it a supergroup. Then name it again.
fsub-not-admin =
    I am not an administrator of <b>{ $title }</b>, so I cannot see who has joined.

    Open its settings, choose “Administrators”, add me with the right to invite people, and name it again.
fsub-no-invite-right =
    <b>{ $title }</b> is private, and I may not make links that invite people.

    Open its settings, choose “Administrators”, then me, allow me to invite people, and name it again.
fsub-gone = Readers need not join this any more. /fsub shows what they must have joined.
fsub-lost =
    ⚠️ I can no longer see who has joined <b>{ $title }</b>. { $strict ->
        [yes] Readers get no files until I can.
       *[other] Until I can, readers get files without it.
    }

    Make me an administrator there again, with the right to invite people. Or remove it: /fsub
fsub-link-forgotten = The next reader who has to join gets a new link. People who have the old one can still use it until you revoke it there.

## The gate

gate =
    🔐 One step before you get the files: press “Verify” and { $direct ->
        [yes] come back.
       *[other] follow the page that opens until it leads you back here. Take your time: who is back at once is taken for somebody who skipped it.
    }

    The files then come by themselves{ $seconds ->
        [0] .
       *[other] , and nothing is asked of you again for <b>{ DURATION($seconds) }</b>.
    }
gate-verified = { $seconds ->
        [0] ✅ Verified. Here is what you opened:
       *[other] ✅ Verified for <b>{ DURATION($seconds) }</b>. Here is what you opened:
    }
gate-unavailable =
    I cannot verify you at the moment: the service that I use for it does not answer. I am sorry.

    Please open the link again in a few minutes. This try does not count.
gate-refused =
    This verification is not valid, or not any more.

    Open the link with the files again, and go the way that I show you then. What I show is for you alone and works once.
gate-bypassed =
    You were back in less than { DURATION($seconds) }. That is too fast for the page to have been shown, so I do not take it.

    { $locked ->
        [yes] Please wait an hour, then open the link again.
       *[other] Open the link again and follow the page to its end. After several such tries I make you wait an hour.
    }
gate-locked =
    The page was skipped too often. Please wait { DURATION($seconds) }, then open the link again.
gate-limit =
    That was { $count ->
        [one] the { $count } verification
       *[other] all { $count } verifications
    } that you get in one day. The next one is possible in { DURATION($seconds) }.

    What I showed you within the last hour and you have not used still works.
fsub-joined-verify = ✅ Thank you for joining. One step is left:
gate-numbers =
    🔐 <b>The gate</b> is { $on ->
        [yes] on
       *[other] off
    } (readers are verified: { $mode })

    <b>Today</b>, { $date }
    Tokens made: { $made }
    Verified: { $verified }
    Bypassed: { $bypassed }
    Refused: { $refused }{ $reasons }

    <b>Shorteners</b>
    { $rows }
gate-reasons = , of them of another person { $other }, used { $used }, expired { $expired }, unknown { $unknown }
gate-no-shortener = None is set.
gate-row = • <b>{ $name }</b>{ $works ->
        [off] { " " }(off)
        [paused] { " " }(does not answer, left out for a while)
        [lost] { " " }(its key cannot be read any more)
        [gone] { " " }(removed)
       *[on] { "" }
    }: made { $made }, verified { $verified }, bypassed { $bypassed }, refused { $refused }, failed { $failed }
shorteners-none =
    No link shortener is set, so there is nothing to lead readers through.

    Add one, and readers are verified from then on.
shorteners =
    <b>Link shorteners</b>

    Readers are led through them in turns. One that does not answer is left out for a while.

    { $rows }
shorteners-row = • <b>{ $name }</b>{ $works ->
        [off] : off
        [paused] : does not answer, left out for a while
        [lost] : off, its key cannot be read any more
       *[on] { "" }
    }
shortener =
    <b>{ $name }</b> is { $works ->
        [off] off
        [paused] on, but did not answer, and is left out for a while
        [lost] off: its key cannot be read any more, because it was encrypted with another secret. Remove it and add it again
       *[on] on
    }.{ $fixed ->
        [yes] { " " }It comes from the environment (<code>SHORTLINK_URL</code>).
       *[other] { "" }
    }
shortener-ask =
    Write the address of the shortener's API and, after a space, your key there:
    <code>https://example.com/api 0123456789abcdef</code>

    Both are on the shortener's own site, often under “Developers API”. I ask it for <code>…?api=key&amp;url=link</code>. Delete your message here when I have taken it: the key is in it.
shortener-words = Please write the address, which begins with https://, a space, and the key: <code>https://example.com/api 0123456789abcdef</code>
shortener-long = This is too long: the address and the key may have { $longest } characters each.
shortener-many = There are { $most } shorteners already. Remove one first.
shortener-gone = This shortener was removed. /gate shows what there is.
premium-who =
    Who gets premium?

    Write that person's id or @username, or forward me a message of theirs.
premium-how-long = For how long? Write a time such as <code>30 days</code> or <code>2 weeks</code>; it is added to what is left.
premium-time = Please write for how long, in days or weeks, such as <code>30 days</code> or <code>2 weeks</code>; ten years at most.
premium-got =
    ⭐ You have premium until <b>{ $at }</b> ({ $zone }): links open without a verification.
premium-given = ⭐ { $who } has premium until <b>{ $at }</b> ({ $zone }).
premium-given-untold =
    { premium-given }

    I could not write to them: they have to start me first.
premium-given-stranger =
    { premium-given }

    Nobody with this id has ever written to me. Their time runs all the same, and counts once they start me. If the number is wrong, end it here.
premium-ended = { $who } has no premium any more.
premium-yours = ⭐ You have premium until <b>{ $at }</b> ({ $zone }).
premium-none-yours = You have no premium. Whoever runs this bot can give it to you.
premiums =
    ⭐ <b>Premium readers</b>, times in { $zone }

    { $rows }

    /add_premium gives premium, a button here ends it.
premiums-row = { $who }: until { $at }
premiums-none =
    Nobody has premium.

    <code>/add_premium 12345678 30 days</code> gives it: an id or an @username, and for how long.
premium-reminder =
    ⏳ Your premium ends on <b>{ $at }</b> ({ $zone }). After that links open with a verification again.
ask-address = <b>{ $name }</b>: write the address, which begins with https://.
setting-address = Please write an address that begins with https://.
changed-shortener = Shortener { $subject }
changed-premium = Premium of { $who }
setting-gate = Readers are verified
setting-gate-about = Before a link opens, readers are led through a link shortener and back. The owner, administrators and premium readers are not. Without a shortener, “always” means a button that leads straight back.
setting-gate-shortener = while a shortener is set
setting-gate-always = always
setting-gate-never = not at all
setting-gate-duration = A verification holds
setting-gate-duration-about = For this long a verified reader opens links freely. “Never”: each link wants one of its own.
setting-gate-minimum = Too fast is
setting-gate-minimum-about = Who comes back from a shortener sooner than this did not see its page: that is counted as a bypass and not taken. “Never”: nobody is too fast. Slower ways round a shortener are not noticed.
setting-gate-bypasses = Bypasses until a break
setting-gate-bypasses-about = After so many bypasses in a row a reader waits an hour.
setting-gate-limit = Verifications a day
setting-gate-limit-about = So often at most a reader can begin a verification on one day.
setting-gate-open = Let in if no shortener answers
setting-gate-open-about = Off: readers get an apology and no files until one answers. On: they are led straight back, and get the files.
setting-gate-how-to = “How to” button
setting-gate-how-to-about = A page or a post that shows how a verification is done. The button stands under mine.
button-settings-gate = The gate
button-verify = 🔐 Verify
button-how-to = How it is done
button-shorteners = Link shorteners
button-shortener-add = Add a shortener
button-shortener-off = Switch off
button-shortener-on = Switch on
button-shortener-del = Remove
button-premium-del = End premium
button-premium-del-of = ✖️ { $name }
button-premiums = All premium readers
command-gate = Verifications today
command-premium = Premium: until when
command-add-premium = Give premium to a reader
command-del-premium = End a reader's premium
help-gate = /gate: how many readers were verified today, and by which link shorteners
help-premium = /premium: until when links open for you without a verification
help-add-premium = /add_premium: lets a reader in without a verification, for example <code>/add_premium 12345678 30 days</code>; /premium lists them
help-del-premium = /del_premium: ends that

## For readers who write something else

reader-file =
    Thank you, but I take files from my administrators only.

    I hand out what is behind a link: open one that somebody gave you, and the file arrives here.
reader-text =
    I hand out files by link: open a link that somebody gave you, and the file arrives here.

    /help shows what I can do.
command-withheld = This is not among the things that you may do here. The owner of this bot can let you do more; /help shows what you may do.
unknown-command = I do not know this command. /help shows what I can do.

## When something is in the way

apology =
    Something went wrong on my side, and I have written down what it was.

    Please try again in a minute.
too-fast =
    You are sending faster than I can answer. I go on one by one, in your order.

    What is too much to wait for its turn is left out: if an answer has not come in two minutes, please send that once more.
no-authority = Only the administrators of this bot may do that.
toast-notice-old = I may delete messages for 48 hours only. Please delete this one yourself.
button-stale = This button belongs to an older version of me. Please send the command again.
failures-many =
    ⚠️ Something is wrong with me: of { $updates } messages and taps in the last five minutes, I failed on { $failed }. These people got an apology.

    The log of my server says what went wrong. I write again when it is over.
failures-over = ✅ It is over: I answer as usual again.

## Kinds of files, and sizes

kind-animation = Animation
kind-audio = Audio
kind-document = Document
kind-photo = Photo
kind-sticker = Sticker
kind-text = Text
kind-video = Video
kind-video-note = Video message
kind-voice = Voice message
size = { SIZE($size) }
size-b =
    { $number ->
        [one] { $number } byte
       *[other] { $number } bytes
    }
size-kb = { $number } KB
size-mb = { $number } MB
size-gb = { $number } GB
duration-days =
    { $number ->
        [one] { $number } day
       *[other] { $number } days
    }
duration-hours =
    { $number ->
        [one] { $number } hour
       *[other] { $number } hours
    }
duration-minutes =
    { $number ->
        [one] { $number } minute
       *[other] { $number } minutes
    }
duration-seconds =
    { $number ->
        [one] { $number } second
       *[other] { $number } seconds
    }

## Buttons

button-get-again = 🔄 Get it again
button-close = ✖️ Close
button-share = Share
button-new-link = New link
button-revoke = Close this link
button-processing-cancel = Cancel
button-restore = Open it again
button-newest = ⇤ Newest
button-older = Older →
button-all-links = ← All links
button-storage-yes = Yes, use it
button-storage-no = No
button-write = ✍️ Write it
button-settings = ← All settings
button-settings-readers = What readers get
button-settings-storing = Storing files
button-settings-greeting = Greeting
button-link-options = Options
button-link-uses = 📊 Statistics
button-relink = ♻️ Replace a file
button-links-all = Everybody's links
button-links-mine = My links only
button-settings-general = General
button-settings-log = 📜 Who changed what
button-setting-undo = ↶ Back to: { $value }
button-setting-environment = ↺ As the environment has it
button-setting-default = ↺ As by default
button-offered = { $value }
button-chosen = ✓ { $value }
button-back = ← Back
button-newer = ← Newer
button-permission-on = ✓ { $permission }
button-permission-off = – { $permission }
button-dismiss = Not an administrator any more
button-all-admins = ← All administrators
button-unban = Let them in again
button-all-banned = ← All who are banned
button-join = Join { $title }
button-try-again = Try again
button-fsub-add = Add a channel or group
button-fsub-asks = Let people ask to join
button-fsub-direct = Let people join at once
button-fsub-link = New link
button-fsub-del = Remove
button-fsub-all = ← All of them

## Commands, as Telegram's menu shows them

command-start = Start
command-help = What I can do
command-about = What I am
command-language = Choose the language
command-genlink = Link to the file or text you reply to
command-links = Everything that is shared
command-revoke = Close a link
command-relink = Put another file behind a link
command-autodelete = How long readers keep files
command-protect = Protected content
command-set-thumb = Set the thumbnail of your files
command-show-thumb = Show your thumbnail
command-del-thumb = Take your thumbnail away
command-settings = Settings
command-cancel = Give up what is going on
command-users = Who writes to me
command-ban = Ban somebody
command-unban = Let somebody in again
command-banlist = Who is banned
command-admins = Administrators and what they may do
command-add-admin = Make somebody an administrator
command-del-admin = Make an administrator a reader again
command-fsub = What readers must have joined
