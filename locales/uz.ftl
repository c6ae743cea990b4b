### Odamlar o‘qiydigan matnlar, o‘zbek tilida (lotin yozuvi).

## Boshlanish

greeting =
    Assalomu alaykum, <b>{ $first }</b>!

    Men fayllarni saqlayman va havola orqali ulashaman. Sizga yuborilgan havolani oching — fayl shu yerga keladi.

    /search — fayllarni nomi bo‘yicha topish, /help — nimalar qila olaman, /language — tilni o‘zgartirish.
greeting-admin =
    Assalomu alaykum, <b>{ $first }</b>!

    Menga istalgan faylni yuboring, javobiga uning havolasini olasiz. Havolani kim ochsa, faylni o‘sha oladi.

    • Bitta albom qilib yuborilgan fayllarning havolasi umumiy bo‘ladi.
    • Menda bor faylning havolasi o‘zgarmaydi.
    • /upload faylga nom va teglar beradi, /custom_batch ko‘p faylni bitta havolaga yig‘adi.
    • /links nimalarni ulashayotganingizni ko‘rsatadi, /revoke havolani yopadi.
greeting-admin-no-storage =
    Assalomu alaykum, <b>{ $first }</b>!

    Tez orada menga fayl yuborib, uni xohlagan odamingizga yetkazadigan havola olasiz.

    { storage-missing }
greeting-admin-other =
    Assalomu alaykum, <b>{ $first }</b>!

    Siz bu yerda administratorsiz. Sizga nimalar mumkinligini /help ko‘rsatadi.

## Xatolar

errors =
    🧾 <b>Men bilan Telegram o‘rtasida, { DURATION($seconds) } ichida</b>

    { $rows }

    { $server }
errors-none = Hech qanday xato bo‘lmadi.
errors-row =
    { $kind ->
        [wait] Telegram kutishni buyurdi, men kutdim
        [server] Telegram serverida nosozlik bo‘ldi, qayta urinildi
        [unanswered] Javob kelmadi, qayta urinildi
        [network] Aloqa uzildi, qayta urinildi
        [blocked] Meni bloklagan o‘quvchilar
        [deactivated] Hisobi o‘chirilgan o‘quvchilar
        [bad_peer] Men yoza olmaydigan odamlar
        [content] Telegram qabul qilmaydigan xabarlar
        [forbidden] Menga ruxsat berilmagan ishlar
       *[unknown] Boshqa sabab bilan rad etilgan
    }: <b>{ $count }</b>
errors-server-answers = Telegram serveri javob beryapti.
errors-server-fails = ⚠️ Hozir Telegram serverida nosozlik bor. Kutishi mumkin bo‘lgani kutadi va o‘zi davom etadi.
telegram-failed =
    ⚠️ Telegram serverida { DURATION($seconds) } nosozlik bo‘ldi. Endi u yana javob beryapti.

    Hech narsa yo‘qolmadi: kutishi mumkin bo‘lgani kutdi va endi davom etyapti. Sizdan hech narsa kerak emas; sonlarni /errors ko‘rsatadi.
button-errors-reset = Sanoqni qaytadan boshlash
command-errors = Telegram bilan nima xato ketdi
help-errors = /errors: men bilan Telegram o‘rtasida nima xato ketgani, turlari bo‘yicha

## Yordam

help =
    <b>Bu qanday ishlaydi</b>

    { $intro }
    { $commands }
help-section =
    { "" }
    <b>{ $title }</b>
    { $lines }
help-on-upload = Fayllar va havolalar
help-on-settings = O‘quvchilar nima oladi
help-on-ban = Odamlar
help-on-bot = Bot
help-on-everyone = Hamma uchun
help-owner =
    { help }

    <b>Siz, bot egasi uchun</b>
    Barcha fayllar saqlash kanalida turadi. Uni tanlash yoki almashtirish uchun meni yopiq kanalga xabar joylash huquqi bilan administrator qilib qo‘shing. Yoki men allaqachon administrator bo‘lgan kanaldan istalgan matnli postni menga uzating. Biror narsani o‘zgartirishdan oldin so‘rayman.
help-reader =
    Sizga yuborilgan havolani oching va ekran pastidagi tugmani bosing: fayllar shu suhbatga keladi. Havola endi ishlamasa, uni bergan odamdan yangisini so‘rang.
help-admin =
    Siz bu yerda administratorsiz. Sizga nimalar mumkinligi quyida; uni bot egasi o‘zgartira oladi.
help-upload =
    Menga fayl, rasm yoki albom yuboring: uni saqlash kanaliga joylab, javobiga havola beraman. Havolani kim ochsa, faylni o‘sha oladi. Saqlash kanalining o‘ziga joylangan fayllar ham havola oladi.
help-genlink = /genlink — shu suhbatdagi fayl yoki matnga javoban yuboring: faqat o‘shanga havola
help-links = /links — barcha ulashilganlar, yangilaridan boshlab, necha marta ochilgani bilan
help-revoke = /revoke — havolani yopish: uni buyruqdan keyin yozing yoki havola ko‘rsatilgan xabarimga javob qiling
help-relink = /relink — havolada boshqa fayl berish, havolaning o‘zi o‘zgarmaydi: havola ko‘rsatilgan xabarimga yoki yangi faylga shu buyruq bilan javob qiling
help-autodelete = /autodelete — o‘quvchi olgan narsasini qancha vaqtdan keyin yo‘qotadi, masalan <code>/autodelete 2 soat</code>
help-protect = /protect — o‘quvchilar olganini saqlab, boshqalarga yubora oladimi
help-set-thumb = /set_thumb — rasmga javoban yoki rasm yuborishdan oldin: saqlaydigan fayllaringiz muqovasi
help-show-thumb = /show_thumb — uni ko‘rsatadi
help-del-thumb = /del_thumb — uni olib tashlaydi
help-settings = /settings — barcha sozlamalar va kim nimani o‘zgartirgani
help-users = /users — menga necha kishi yozadi va oxirgi bo‘lib kim yozgan
help-ban = /ban — odamga boshqa javob bermaslik: id yoki @nom yozing, yoxud undan uzatilgan xabarga javob bering
help-unban = /unban — blokdan chiqarish
help-banlist = /banlist — kimlar bloklangan, tugmalari bilan
help-admins = /admins — administratorlar va har bir ruxsat uchun tugma
help-add-admin = /add_admin — administrator tayinlash; odam /ban dagidek ko‘rsatiladi
help-del-admin = /del_admin — administratorni yana o‘quvchi qilish
help-fsub = /fsub — fayl olishdan oldin a’zo bo‘lish kerak bo‘lgan kanal va guruhlar
help-language = /language — qaysi tilda gaplashishim
help-about = /about — men kimman

## Savollar, bot haqida, natijalar

about =
    <b>Draftkeep { $version }</b>

    O‘z serveringiz uchun bot: fayllarni saqlaydi va havola orqali ulashadi. Erkin dastur, MIT litsenziyasi.

    { $source }
about-source = Dastur kodi: { $url }
page = { $text }
faq-none = Bu yerda hozircha ko‘p so‘raladigan savollarga javoblar yo‘q.
faq-unwritten =
    Ko‘p so‘raladigan savollarga javoblar hali yo‘q va o‘quvchilar faqat shuni ko‘radi. Tugmani bosing va yozing: savol va javoblar bitta matnda, qalin yozuv va havolalar bilan ham bo‘ladi.
setting-faq = Ko‘p so‘raladigan savollar
setting-faq-about = /faq nima deb javob beradi.
setting-about = Bot haqida
setting-about-about = /about mening so‘zlarim o‘rniga nima deb javob beradi.
button-settings-pages = Savollar, bot haqida, natijalar
command-faq = Ko‘p so‘raladigan savollar
help-faq = /faq — ko‘p so‘raladigan savollarga javoblar
results =
    📣 <b>So‘nggi natijalar</b>

    { $rows }

    { $old }

    { $trouble }
results-row =
    <a href="{ $url }">{ $at }</a>
    { $excerpt }
    { "" }
results-old = ⏳ { DURATION($seconds) } oldin shunday edi: hozir kanalni o‘qib bo‘lmayapti.
results-none = Bu yerda hozircha natijalar yo‘q.

    { $trouble }
results-unread =
    Natijalarni hali qidiryapman. Iltimos, bir daqiqadan so‘ng so‘rang.

    { $trouble }
results-unset =
    Natijalar kanalini hali bilmayman va o‘quvchilarga natijalar yo‘q deb aytiladi.

    /settings ichida kanalni va bunday postlarda uchraydigan so‘zni tanlang. Administrator bo‘lgan kanalimda postlarni darhol ko‘raman; ochiq kanalning hamma ko‘radigan sahifasini o‘qiyman.
results-closed = <i>Buni faqat siz ko‘rasiz:</i> men bu kanalda administrator emasman va uning ochiq sahifasi yo‘q. Meni administrator qilib qo‘shing yoki kanalni @nom bilan yozing.
results-away = <i>Buni faqat siz ko‘rasiz:</i> kanalning ochiq sahifasi javob bermayapti yoki bunday nom yo‘q. O‘zim yana urinib ko‘raman.
setting-results-channel = Natijalar kanali
setting-results-channel-about = /results uning quyidagi so‘z bor oxirgi beshta postini ko‘rsatadi. Administrator bo‘lgan kanalimda postlarni darhol ko‘raman; ochiq kanalning hamma ko‘radigan sahifasini o‘qiyman.
setting-results-word = Natijalar so‘zi
setting-results-word-about = Post natija bo‘lishi uchun unda bo‘lishi kerak bo‘lgan so‘z, katta-kichik harf farqsiz. So‘z bo‘lmasa, matnli har bir post natija.
setting-results-cache-hours = Natijalar: necha soatda qayta o‘qilsin
setting-results-cache-hours-about = Kanalning ochiq sahifasida o‘qilganini shuncha soat saqlayman. 0 — kimdir so‘raganda qayta o‘qiyman. Administrator sifatida ko‘rgan postlarim darhol chiqadi.
setting-channel-wrong = Iltimos, kanalning ochiq nomini, masalan <code>@mychannel</code>, yoki <code>-100</code> bilan boshlanadigan id raqamini yozing.
ask-channel = <b>{ $name }</b>: ochiq nomini, masalan <code>@mychannel</code>, yoki <code>-100</code> bilan boshlanadigan id raqamini yozing.
command-results = So‘nggi natijalar
help-results = /results — so‘nggi natijalar

## Soat bo‘yicha ishlar

jobs =
    ⏱ <b>Soat bo‘yicha nima qilaman</b>

    { $rows }

    Vaqtlar { $zone } mintaqasi bo‘yicha.
job =
    { $row }

    Vaqtlar { $zone } mintaqasi bo‘yicha.
job-row =
    <b>{ $name }</b>: { $when }
    { $last }
    { $next }
job-every = har { DURATION($seconds) }da
job-daily = har kuni soat { $hours } da
job-last-none = Hali bajarilmagan.
job-last-done = Oxirgi marta { $at }, { $lasted } s: { $did }
job-last-put-off = Oxirgi marta { $at }: qoldirildi, Telegram kutishni so‘radi; { $did }
job-last-failed = ⚠️ Oxirgi marta { $at } bajarilmadi: { $error }
job-did-nothing = qiladigan ish yo‘q edi
job-did =
    o‘chirildi: { $deleted }{ $sent ->
        [0] { "" }
       *[other] , yuborildi: { $sent }
    }{ $failed ->
        [0] { "" }
       *[other] , bajarilmadi: { $failed }
    }{ $skipped ->
        [0] { "" }
       *[other] , keyinga qoldirildi: { $skipped }
    }
job-next = Keyingi marta { $at }
job-next-now = ▶️ Hozir boshlanadi
job-running = ▶️ { $at } dan beri bajarilmoqda
job-paused = ⏸ To‘xtatib turilgan
job-ordered = Hozir bajariladi. Natijani ko‘rish uchun “Yangilash”ni bosing.
job-under-way = Allaqachon bajarilmoqda. Natijani ko‘rish uchun “Yangilash”ni bosing.
job-unknown = { $name } degan vazifa yo‘q. Qaysilari borligini ko‘rish uchun /jobs yuboring.
job-failing =
    ⚠️ <b>{ $name }</b> ketma-ket uch marta bajarilmadi, oxirgi xato:
    { $error }

    Urinishda davom etaman. Batafsili serverim jurnalida; /jobs vazifa qachon bajarilishini ko‘rsatadi va uni darhol ishga tushirishga imkon beradi.
job-recovered = ✅ <b>{ $name }</b> yana ishlayapti.
job-message-deleter = Xabarlarni o‘chirish
job-broadcast-deleter = Ommaviy xabarlarni o‘chirish
job-token-cleanup = Tekshiruv tokenlarini tozalash
job-token-count-reset = Tekshiruvlar hisobini yangilash
job-premium-reminders = Premium tugashi haqida eslatmalar
job-upkeep = Texnik xizmat
disk-low =
    ⚠️ Serverim diskida atigi { SIZE($free) } joy qoldi. U to‘lsa, hech narsani saqlay ham, bera ham olmayman.

    Iltimos, DATA_DIR joylashgan diskda joy bo‘shating.
button-job-run = ▶️ Hozir bajarish
button-job-pause = ⏸ To‘xtatib turish
button-job-resume = ⏯ Davom ettirish
button-refresh = 🔄 Yangilash
button-all-jobs = ← Barcha vazifalar
command-jobs = Soat bo‘yicha bajariladigan ishlar
help-jobs = /jobs: soat bo‘yicha nima qilaman, natijasi qanday va keyingisi qachon

## Til

language-choose = Siz bilan qaysi tilda gaplashay?
language-automatic = Avtomatik, Telegramdagidek
language-automatic-chosen = ✓ Avtomatik, Telegramdagidek
language-changed = Tayyor: endi siz bilan o‘zbekcha gaplashaman.
language-followed = Tayyor: Telegram ilovangizning tilida gaplashaman. Hozir u o‘zbekcha.

## Fayllarni saqlash

stored =
    ✅ Saqlandi: <b>{ FILE($name, $kind) }</b>, { SIZE($size) }

    Bu havolani kim ochsa, faylni o‘sha oladi:
    { $url }
stored-again =
    Bu fayl menda allaqachon bor: <b>{ FILE($name, $kind) }</b>, { SIZE($size) }

    Uning havolasi:
    { $url }

    Alohida sanaladigan va alohida yopiladigan ikkinchi havola kerak bo‘lsa, «Yangi havola» tugmasini bosing.
stored-album =
    ✅ Albom saqlandi: { $count ->
        [one] <b>{ $count } ta fayl</b>
       *[other] <b>{ $count } ta fayl</b>
    }, { SIZE($size) }

    Bu havolani kim ochsa, hammasini o‘sha oladi:
    { $url }
stored-album-again =
    Bu albom menda allaqachon bor: { $count ->
        [one] <b>{ $count } ta fayl</b>
       *[other] <b>{ $count } ta fayl</b>
    }, { SIZE($size) }

    Uning havolasi:
    { $url }

    Alohida sanaladigan va alohida yopiladigan ikkinchi havola kerak bo‘lsa, «Yangi havola» tugmasini bosing.
posted =
    📥 Saqlash kanalida yangi fayl: <b>{ FILE($name, $kind) }</b>, { SIZE($size) }

    Bu havolani kim ochsa, faylni o‘sha oladi:
    { $url }
posted-again =
    📥 Saqlash kanaliga yana joylandi: <b>{ FILE($name, $kind) }</b>, { SIZE($size) }

    Bu fayl menda bor edi. Uning havolasi:
    { $url }
posted-album =
    📥 Saqlash kanalida yangi albom: { $count ->
        [one] <b>{ $count } ta fayl</b>
       *[other] <b>{ $count } ta fayl</b>
    }, { SIZE($size) }

    Bu havolani kim ochsa, hammasini o‘sha oladi:
    { $url }
posted-album-again =
    📥 Saqlash kanaliga albom yana joylandi: { $count ->
        [one] <b>{ $count } ta fayl</b>
       *[other] <b>{ $count } ta fayl</b>
    }, { SIZE($size) }

    Bu albom menda bor edi. Uning havolasi:
    { $url }
not-a-file =
    { $kind ->
        [contact] Kontakt fayl emas, bu yerda saqlaydigan narsa yo‘q.
        [location] Joylashuv fayl emas, bu yerda saqlaydigan narsa yo‘q.
        [poll] So‘rovnoma fayl emas, bu yerda saqlaydigan narsa yo‘q.
        [dice] Yaxshi tashladingiz, lekin bu fayl emas, uni saqlay olmayman.
        [game] O‘yin fayl emas, bu yerda saqlaydigan narsa yo‘q.
        [story] Hikoyalarni saqlay olmayman: Telegram ularni botlarga fayl qilib bermaydi. Hikoyani o‘zingizga saqlab, rasm yoki video qilib yuboring.
        [once] Buni boshqalarga uzatib bo‘lmaydi: u ko‘rilgach yo‘qoladi yoki himoyalangan suhbatdan. Oddiy fayl qilib yuboring.
        [paid] Pullik rasm va videolarni saqlay olmayman: Telegram botlarga ularni boshqalarga uzatishga ruxsat bermaydi. Asl faylni yuboring.
       *[other] Bu xabarda men saqlay oladigan fayl yo‘q.
    }

    Hujjat, rasm, video, audio, ovozli yoki video xabar, animatsiya yoki stiker yuboring.
upload-gone = Bu fayl bor xabar men saqlab ulgurmasimdan o‘chirib yuborilgan. Iltimos, uni qayta yuboring.
admin-text =
    Menga fayl yuboring, javobiga uning havolasini olasiz. Yana nimalar qila olishimni /help ko‘rsatadi.
admin-not-permitted =
    Siz bu yerda administratorsiz, lekin fayl saqlash sizga topshirilmagan.

    Sizga nimalar mumkinligini /help ko‘rsatadi. Ko‘prog‘iga bot egasi ruxsat bera oladi.

## Avtomatik o‘chirish

deletion-notice =
    ⏳ { $count ->
        [one] Bu fayl
       *[other] Bu { $count } ta fayl
    } <b>{ DURATION($seconds) }</b>dan keyin chatimizdan yo‘qoladi. Shundan so‘ng { $count ->
        [one] uni
       *[other] ularni
    } bir bosishda qaytarib olsa bo‘ladi.
deletion-done =
    🗑 { $count ->
        [one] Fayl aytilganidek o‘chirildi. Yana kerakmi?
       *[other] { $count } ta fayl aytilganidek o‘chirildi. Yana kerakmi?
    }
auto-delete-too-long = Telegram botlarga xabarni faqat dastlabki 48 soat ichida o‘chirishga ruxsat beradi. Uning bir soatini uzilishlar uchun zaxirada saqlayman, shuning uchun eng uzoq muddat — 47 soat.
auto-delete-hint = Boshqa muddatni buyruqdan keyin yozing, masalan <code>/autodelete 90 daq</code>. Havolaning o‘zi qoladi va fayllarni qayta beradi.
protect-hint = Qisqacha: <code>/protect on</code>, <code>/protect off</code>. Oldin berilganlar o‘zgarmaydi.

## Tarqatmalar

broadcast-unknown = Men bu tarqatmani endi bilmayman.
broadcast-state =
    { $state ->
        [draft] Bu tarqatma hali boshlanmagan.
        [scheduled] Bu tarqatma o‘z vaqtini kutmoqda.
        [running] Bu tarqatma yuborilmoqda.
        [paused] Bu tarqatma to‘xtatib turilgan.
        [done] Bu tarqatma tugadi: navbat hammaga yetdi.
       *[cancelled] Bu tarqatma bekor qilingan.
    } So‘raganingizni hozir qilib bo‘lmaydi; nima mumkinligini /broadcasts ko‘rsatadi.
broadcast-past = Bu vaqt o‘tib ketgan. Hali kelmagan vaqtni ayting.
broadcast-too-old = Telegram botlarga xabarni yuborilganidan keyin 48 soat ichida o‘chirishga ruxsat beradi, bu tarqatmaning hammasi uchun bu muddat o‘tgan.
broadcast-no-text = Bu xabarda eskisining o‘rniga qo‘yiladigan matn yo‘q. Yangi matnni yoki yangi izohni yuboring.
# Over the buttons of an album, which takes none itself.
out-buttons = ⬆️ Yuqoridagi xabar uchun:
broadcast-stopped-right =
    ⏸ Tarqatma to‘xtatib turildi: uni boshlagan { $who } endi hammaga yoza olmaydi. Uni { $total } o‘quvchidan { $sent } tasi oldi.

    Uni /broadcasts orqali davom ettirish yoki bekor qilish mumkin.
broadcast-stopped-content =
    ⏸ Tarqatmangiz to‘xtatib turildi: Telegram bu xabarni qabul qilmayapti ({ $detail }). Asl xabar o‘chirilgan yoki tugmalar hech qayerga olib bormayotgan bo‘lishi mumkin. Uni { $total } o‘quvchidan { $sent } tasi oldi.

    Matnni o‘zgartirish, davom ettirish yoki bekor qilish /broadcasts orqali mumkin.
cast-ask =
    📣 O‘quvchilarga boradigan xabarni yuboring: matn, fayl yoki butun albom. Biror narsa ketishidan oldin uni ular qanday ko‘rishini ko‘rsataman.

    Bu yerda turgan xabarni olish uchun unga /broadcast deb javob bering.
cast-ask-words =
    ☝️ Buyruqdan keyin yozilgani yuborilmaydi: xabar alohida yuboriladi.

    { cast-ask }
cast-words-left = ☝️ Buyruqdan keyin yozilgani yuborilmaydi: o‘quvchilar siz javob bergan xabarni oladi.
cast-card =
    { $head }
    { $name }

    👥 { $reach }
    { $rows }

    { $notice }
cast-count = Buni <b>{ $count } o‘quvchi</b> oladi.
cast-count-none = Buni hech kim olmaydi.
cast-head = 📣 <b>O‘quvchilar buni shunday ko‘radi.</b> Hali hech narsa yuborilmadi.
cast-head-scheduled = ⏰ <b>{ $at } da ketadi</b> ({ $zone }).
cast-everybody = • Menga qachondir yozgan hammaga va shu holicha
cast-nobody = ⚠️ Bunday auditoriyaga hech kim mos kelmaydi. Uni kengaytiring: “Auditoriya”.
cast-untitled = { $count ->
        [one] so‘zsiz xabar
       *[other] { $count } qismli albom
    }
cast-audience =
    👥 <b>Kim oladi</b>
    { $rows }

    { $fit } Meni bloklaganlar va bloklanganlar hech qachon ular orasida bo‘lmaydi.
cast-fit = Bularning hammasiga { $count } o‘quvchi mos keladi.
cast-fit-none = Bularning hammasiga hech kim mos kelmaydi.
cast-feature =
    <b>{ $title }</b>
    { $about }

    Hozir: { $value }
cast-no-matter = ahamiyatsiz
cast-percent = { $percent } %
cast-pin = 📌 Qadash
cast-pin-about = Har bir o‘quvchining men bilan suhbatida qadab qo‘yiladi.
cast-silent = 🔕 Ovozsiz
cast-silent-about = O‘quvchilarning telefoni jim turadi.
cast-protect = 🔒 Himoyalangan
cast-protect-about = O‘quvchilar uni uzata ham, saqlay ham olmaydi.
cast-buttons = 🔘 Tugmalar
cast-buttons-about = Xabar ostida turadi, albomda esa undan keyingi alohida xabarda.
cast-buttons-count = { $count }
cast-buttons-ask =
    <b>{ $name }</b>: har bir qator uchun bitta satr yozing, mana bunday:
    <code>Kanalimiz - https://t.me/example</code>

    Orasiga <code>|</code> qo‘yilsa, tugmalar yonma-yon turadi. Hech narsa ochmaydigan, kim bosganini sanaydigan tugma:
    <code>Yoqdi - click:like</code>

    Ko‘pi bilan { $most } qator, har birida { $beside } tugma.
buttons-click =
    Bu tugmani o‘qiy olmadim: <code>{ $line }</code>

    <code>click:</code> dan keyin bosishlar sanaladigan nom turadi: 1 dan 32 tagacha kichik lotin harfi, raqam, chiziqcha va pastki chiziq, masalan <code>click:like</code>.
cast-delete = ⏳ O‘zi o‘chadi
cast-delete-about = Yetib borganidan shuncha vaqt o‘tgach, o‘quvchining suhbatidan yo‘qoladi. Telegram botlarga faqat ikki sutka ichida o‘chirishga ruxsat beradi.
cast-language = Til
cast-language-about = Faqat men shu tilda gaplashadigan o‘quvchilar.
cast-language-en = inglizcha
cast-language-ru = ruscha
cast-language-uz = o‘zbekcha
cast-active = Oxirgi kunlarda yozganlar
cast-active-about = Faqat boshlanishdan oldingi shuncha kunda menga yozgan o‘quvchilar.
cast-since = Yangi kelganlar
cast-since-about = Faqat shu vaqtdan beri menga birinchi marta yozgan o‘quvchilar.
cast-since-ask = <b>{ $name }</b>: qachondan beri ekanini yozing, masalan <code>2026-11-01</code> ({ $zone }), yoki muddatni, masalan <code>30 kun</code>.
cast-since-unclear = Bu vaqtni o‘qiy olmadim. Sanani yozing, masalan <code>2026-11-01</code>, yoki muddatni, masalan <code>30 kun</code>.
cast-since-future = O‘shandan beri hali hech kim kelmagan: u vaqt hali oldinda. O‘tgan vaqtni yozing.
cast-premium = Premium
cast-premium-about = Faqat premiumim bor o‘quvchilar yoki faqat yo‘qlari.
cast-premium-with = premiumi bor
cast-premium-without = premiumi yo‘q
cast-clicked = Tugmani bosganlar
cast-clicked-about = Faqat ma’lum tugmani bosgan o‘quvchilar.
cast-unclicked = Tugmani bosmaganlar
cast-unclicked-about = Faqat ma’lum tugmani hech bosmagan o‘quvchilar.
cast-click-ask = <b>{ $name }</b>: tugmaning nomini yozing — <code>click:</code> dan keyingisini.
cast-click-ask-known =
    { cast-click-ask } Eng ko‘p bosilganlari: <code>{ $known }</code>
cast-click-wrong = Bu tugma nomi emas. Unda 1 dan 32 tagacha kichik lotin harfi, raqam, chiziqcha va pastki chiziq bo‘ladi, masalan <code>like</code>.
cast-sample = Namuna
cast-sample-about = O‘quvchilarning tasodifan tanlangan shuncha foizi: avval sinab ko‘rish uchun.
cast-service = Bu xabar emas, Telegramning bildirishnomasi. Yozilgan yoki joylangan narsani yuboring yoki unga javob bering.
cast-kind = Bunday xabarni uzatishga Telegram hech kimga ruxsat bermaydi. Matn, fayl, albom, kontakt, joy, so‘rovnoma va toshlarni yuborsa bo‘ladi.
cast-protected = Bu xabar himoyalangan: Telegram uni uzatishga hech kimga ruxsat bermaydi. Faylning o‘zini yuboring.
cast-source-gone = Xabar endi yo‘q, shuning uchun uni yubora olmayman. Uni qayta yuboring va /broadcast bilan yangidan boshlang.
cast-caption-long = Tugmalar bilan yoki buyruqsiz izohni o‘zim yozishim kerak, Telegram esa botlarga ko‘pi bilan 1024 belgiga ruxsat beradi. Uni qisqartiring yoki tugmalarni olib tashlang.
cast-text-long = Matn 4096 belgidan uzun, Telegram bundan ko‘pini olmaydi. Qisqartiring.
cast-refused = Telegram bu xabarni qabul qilmayapti ({ $reason }). Uni o‘zgartirib, qayta urinib ko‘ring.
cast-others = Bu tarqatmani boshqa odam tuzgan. Uni o‘sha odam va bot egasi boshqaradi.
cast-to-nobody = Buni hech kim olmas edi: birorta o‘quvchi mos kelmaydi. Auditoriyani kengaytiring yoki menga kimdir yozishini kuting.
cast-at-ask =
    ⏰ Qachon ketsin? Vaqtni yozing ({ $zone }): <code>18:30</code>, <code>2026-12-31 18:00</code> — yoki qancha vaqtdan keyinligini, masalan <code>2 soat</code>.
time-unclear = Bu vaqtni o‘qiy olmadim. <code>18:30</code>, <code>2026-12-31 18:00</code> ({ $zone }) deb yoki qancha vaqtdan keyinligini yozing: <code>2 soat</code>.
time-past = { $at } o‘tib ketgan: hozir { $now } ({ $zone }). Hali kelmagan vaqtni yozing.
time-far = { $at } juda uzoq. Men ko‘pi bilan { $days } kun oldinga rejalashtiraman.
time-skipped = Soat hech qachon { $at } ni ko‘rsatmaydi ({ $zone }): o‘shanda soatlar oldinga suriladi. { $after } deb yoki boshqa vaqtni yozing.
cast-started = ▶️ Boshlandi: { $name }
cast-dropped = 🗑 Bekor qilindi. Hech kim hech narsa olmadi.
cast-progress =
    { $head }
    { $name }

    <code>{ $bar }</code> { $percent } %
    { $rows }
cast-head-running = 📣 <b>Yuborilmoqda</b>
cast-head-behind = ⏳ <b>Oldingi tarqatmani kutmoqda.</b> Ular birin-ketin ketadi.
cast-head-paused = ⏸ <b>To‘xtatib turilibdi</b>
cast-head-right = ⏸ <b>To‘xtatib turilibdi</b>. Uni boshlagan odam endi tarqatma yubora olmaydi. Davom ettiring yoki butunlay to‘xtating.
cast-head-content = ⏸ <b>To‘xtatib turilibdi</b>. Telegram bu xabarni qabul qilmayapti ({ $detail }). Asl nusxasi joyidami? Uni hammada o‘zgartiring yoki to‘xtating.
cast-head-done = ✅ <b>Tayyor</b>, { DURATION($seconds) }, { $at } ({ $zone })
cast-head-cancelled = ⏹ <b>To‘xtatilgan</b>, { $at } ({ $zone })
cast-sent = ✅ { $total } kishidan { $count } tasi oldi
cast-blocked = 🚫 Meni bloklaganlar: { $count }
cast-deactivated = 👻 Akkauntini o‘chirganlar: { $count }
cast-failed = ⚠️ Yuborib bo‘lmadi: { $count }
cast-later = ⏱ Biroz kutishi kerak: { $count }
cast-rate = 🚀 Soniyasiga { $rate }, taxminan { DURATION($seconds) } qoldi
cast-edited = ✏️ { $end ->
        [over] O‘zgartirildi: { $count }
       *[other] O‘zgartirilmoqda: { $count }
    }
cast-edited-not = ⚠️ O‘zgartirib bo‘lmadi: { $count }
cast-deleted = 🗑 { $end ->
        [over] O‘chirildi: { $count }
       *[other] O‘chirilmoqda: { $count }
    }
cast-deleted-not = ⚠️ O‘chirib bo‘lmadi: { $count }
cast-too-old = 🕰 48 soatdan eski, qoladi: { $count }
cast-stop-sure =
    Bu tarqatma butunlay to‘xtatilsinmi?
    { $name }

    Uni boshqa hech kim olmaydi va davom ettirib bo‘lmaydi. Olganlarda ({ $count }) qoladi. Keyinroq davom ettirish uchun “Pauza”ni bosing.
cast-stopped = ⏹ To‘xtatildi: { $name }
cast-delete-sure =
    Bu xabar uni olgan hammadan ({ $count }) o‘chirilsinmi?
    { $name }

    Telegram botlarga 48 soat ichida o‘chirishga ruxsat beradi: undan eskisi qoladi, qanchaligini aytaman. Hali yuborilayotgan bo‘lsa, to‘xtaydi. Buni ortga qaytarib bo‘lmaydi.
cast-deleting = 🗑 Hammadan o‘chirilmoqda: { $name }
cast-edit-ask = ✏️ { $kind ->
        [caption] Yangi izohni yozing. Fayl o‘zgarmaydi.
       *[other] Yangi matnni yozing.
    } Biror narsa o‘zgarishidan oldin uni ko‘rsataman.
cast-edit-sure = Shunday ko‘rinadi. Uni olgan hammada ({ $count }) o‘zgartirilsinmi?
cast-edit-no-text = Yangi matnni xabar qilib yozing. Fayl va albomlarni hammada almashtirib bo‘lmaydi.
cast-edit-wordless = Bunday xabarlarning so‘zini o‘zgartirishga Telegram yo‘l qo‘ymaydi: stiker, video xabar, kontakt, joy, so‘rovnoma va kubiklar qanday yuborilgan bo‘lsa, shunday qoladi. 48 soat ichida uni «Hammadan o‘chirish» olib tashlaydi; boshqasini /broadcast yuboradi.
cast-none-left = O‘zgartiradigan yoki o‘chiradigan narsa qolmadi: o‘quvchilardagisi o‘chirib bo‘lingan yoki buning uchun juda eski.
cast-editing = ✏️ Hammada o‘zgartirilmoqda: { $name }
cast-failures = 📄 Kimlar olmadi ({ $count }) va nega
casts =
    📣 <b>Tarqatmalar</b>: { $total } ({ $zone })

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
casts-empty = Hali tarqatma bo‘lmagan. Birinchisini /broadcast tuzadi.
send-instead = <b>{ $title }</b> kanalida <code>/chat</code> bilan boshlanadigan xabar joylang: u buyruqsiz holda barcha o‘quvchilarga boradi. Bu yerdan ham xuddi shuni /broadcast qiladi.
send-no-source =
    <code>/chat</code> bilan boshlanadigan xabar barcha o‘quvchilarga boradi, lekin qaysi kanalda joylashingizni bilmayman. Uni bot egasi aytadi: meni kanalga administrator qilib qo‘shing, shunda so‘rayman. Bu yerdan /broadcast yuboradi.
chat-empty = Xabaringizda buyruqdan boshqa hech narsa yo‘q, shuning uchun uni hech kim olmadi. Matnni <code>/chat</code> dan keyin, yangi xabarda yozing.
help-on-broadcast = Tarqatmalar va ketma-ketliklar
help-broadcast = /broadcast — barcha o‘quvchilarga xabar: xabarga shu buyruq bilan javob bering yoki uni keyin yuboring. Avval uni ko‘rasiz va kimga, qachon, qanday borishini aytasiz
help-pbroadcast = /pbroadcast — xuddi shu, qadab qo‘yiladi
help-dbroadcast = /dbroadcast 2soat — xuddi shu, shu vaqtdan keyin o‘zi o‘chadi
help-broadcasts = /broadcasts — qanday tarqatmalar bo‘lgan, qanday tugagan va nima davom etmoqda
help-send = /send — kanaldagi xabar qanday qilib barcha o‘quvchilarga boradi
command-broadcast = Barcha o‘quvchilarga xabar
command-pbroadcast = Xuddi shu, qadab qo‘yiladi
command-dbroadcast = Xuddi shu, o‘zi o‘chadi
command-broadcasts = Tarqatmalar va natijalari
command-send = Kanaldan qanday tarqatiladi
setting-join-url = /chat xabarlari ostidagi tugma
setting-join-url-about = Kanalingiz manzili. Uni har bir <code>/chat</code> xabari ostidagi tugma ochadi.
button-chat-join = 📢 Kanalimiz
button-cast-start = ▶️ Hozir yuborish ({ $count })
button-cast-at = ⏰ Keyinroq
button-cast-other-time = ⏰ Boshqa vaqt
button-cast-drop = 🗑 Bekor qilish
button-cast-who = 👥 Auditoriya
button-cast-show = 👁 Yana ko‘rsatish
button-cast-pause = ⏸ Pauza
button-cast-resume = ▶️ Davom ettirish
button-cast-stop = ⏹ To‘xtatish
button-cast-stop-yes = ⏹ Ha, to‘xtatilsin
button-cast-keep = Yo‘q
button-cast-delete = 🗑 Hammadan o‘chirish
button-cast-delete-yes = 🗑 Ha, o‘chirilsin
button-cast-edit = ✏️ Hammada o‘zgartirish
button-cast-again = 🔄 Yangilash

## Qoralama matnlari

draft-text-empty = Bu matnda ko‘rsatadigan hech narsa yo‘q. Kamida bitta belgi yozing.
draft-text-long = Matnda { $length } ta belgi bor, Telegram esa ko‘pi bilan { $longest } tasini qabul qiladi. Uni qisqartiring yoki bir nechta xabarga bo‘ling.
draft-text-parts = Matn { $most } ta xabardan ham uzun. Uni qisqartiring yoki fayl qilib yuboring.
## Qoralamalar

draft-unknown = Bunday qoralamani bilmayman.
draft-decided =
    { $state ->
        [approved] Bu qoralama allaqachon tasdiqlangan: hozir chop etiladi.
        [publishing] Bu qoralama allaqachon tasdiqlangan: chop etilmoqda.
        [published] Bu qoralama allaqachon chop etilgan.
        [partly] Bu qoralama allaqachon chop etilgan, lekin hamma joyda emas.
        [failed] Bu qoralama tasdiqlangan, ammo hech bir chat uni qabul qilmadi.
        [skipped] Bu qoralama rad etilgan.
        [scheduled] Bu qoralama allaqachon tasdiqlangan va o‘z vaqtini kutmoqda.
        [expired] Bu qoralamaning muddati o‘tdi: hech kim o‘z vaqtida qaror qilmadi.
       *[pending] Bu qoralama qaror kutmoqda.
    } Hozir buning iloji yo‘q; nima mumkinligini /drafts ko‘rsatadi.
draft-old-version = Bu tugma qoralamaning eski nusxasiga tegishli. Avval yangisini ko‘ring: /drafts.
draft-terms-changed = Hozirgina kimdir bu qoralama qayerga, qachon yoki qanday ketishini o‘zgartirdi. Yana bir bor ko‘rib, keyin qaror qiling.
draft-no-targets = Bu qoralama hali hech qayerga yuborilmaydi. Avval chatlarni tanlang.
draft-past = Bu vaqt o‘tib ketgan. Hali kelmagan vaqtni ayting.
draft-too-many-targets = Bitta qoralama ko‘pi bilan { $most } ta chatga boradi. O‘quvchilarga yozish uchun /broadcast bor.
draft-too-many-versions = Bu qoralama { $most } marta o‘zgartirildi, men esa har bir nusxani saqlayman. Yangisini yarating.
draft-nothing-failed = Bu qoralamani rad etgan chat yo‘q, qayta urinadigan narsa ham yo‘q.
draft-taken-back = Bu qoralama hamma joydan allaqachon o‘chirilgan.
draft-undo-over = Qoralamani hamma joydan o‘chirishim mumkin bo‘lgan bir daqiqa o‘tdi. Xabarlarni chatlarning o‘zida o‘chirish mumkin.
draft-not-published = Bu qoralama chop etilmagan, o‘chiradigan narsa yo‘q.
draft-target-refuses =
    ⚠️ <b>{ $title }</b> men chop etayotgan narsani qabul qilmayapti. Telegram javobi: <code>{ $reason }</code>

    Men hali o‘sha yerdamanmi va yoza olamanmi, tekshiring: /targets. So‘ng /drafts orqali qoralamani ochib, “qayta urinish”ni bosing. Bu chat haqida u yana biror narsa qabul qilganidan keyingina yozaman.
drafts-wait = ⏰ { $count } ta qoralama ancha vaqtdan beri qaror kutmoqda. Nima kutayotganini /drafts ko‘rsatadi.
setting-draft-cycle = Qoralamalar: ikki aylanish orasidagi daqiqalar
setting-draft-cycle-about = Javob kutayotgan xabarlarni shuncha daqiqada bir o‘qiyman, ulardan qoralama tayyorlayman va avval chop etilmaganlarini yana chop etib ko‘raman.
setting-draft-reminder = Qoralamalar: eslatish
setting-draft-reminder-about = Qoralama bo‘yicha shuncha vaqt hech kim qaror qilmasa, qaror qila oladiganlarning hammasiga eslataman. 0 — eslatmayman.
setting-draft-expiry = Qoralamalar: muddati
setting-draft-expiry-about = Shuncha vaqt hech kim qaror qilmasa, qoralamaning muddati o‘tadi. U saqlanadi va /drafts orqali qayta ochiladi. 0 — muddatsiz.
button-settings-drafts = Qoralamalar

## Qoralamalar qanday tuziladi

sketch-ask =
    📝 Nima chiqishi kerakligini yuboring: matn, fayl yoki butun albom. U qanday ko‘rinishini ko‘rsataman.

    Bu chatda turgan xabarni olish uchun unga /draft bilan javob bering; matnni buyruqdan keyin ham yozish mumkin.
sketch =
    📝 <b>Qoralamangiz</b> shunday ko‘rinadi.

    <b>Qayerga boradi</b>
    { $rows }

    <b>Qachon</b>
    { $when }

    Tekshiruvchi «ha» demaguncha hech narsa chiqmaydi.

    { $notice }
sketch-row = 🎯 { $title }
sketch-choose = Quyida chatni tanlang.
sketch-no-targets = Qoralamalar boradigan chat hali yo‘q. Uni bot egasi ko‘rsatadi: /targets
sketch-at-once = 🕐 Ma’qullangan zahoti
sketch-at = 🕐 { $at } ({ $zone }), ma’qullansa
sketch-more = ⚠️ Yana men yoza olmaydigan chatlar: { $more } ta. Sababini /targets aytadi.
sketch-not-kept = ☝️ Saqlash kanali yo‘q, shuning uchun menda nusxa qolmaydi: chiqib bo‘lguncha xabaringizni o‘chirmang va o‘zgartirmang. Saqlash kanalini bot egasi bir marta belgilaydi: kanal administratori bo‘lganimda o‘zim so‘rayman.
sketch-handed =
    { $state ->
        [pending] 📨 <b>Topshirildi.</b> Qoralama tekshiruvchilarda.
        [scheduled] 🕐 <b>Ma’qullandi.</b> O‘z vaqtida chiqadi.
        [approved] ▶️ <b>Ma’qullandi.</b> Hozir chiqadi.
        [publishing] ▶️ <b>Ma’qullandi.</b> Hozir chiqadi.
        [published] ✅ <b>Chop etildi.</b>
        [partly] ⚠️ <b>Chop etildi, lekin hamma joyda emas.</b>
        [failed] ⚠️ <b>Ma’qullandi, lekin yetib bormadi.</b>
        [skipped] ✖️ <b>Tekshiruvchilar chop etmaslikka qaror qildi.</b>
       *[expired] ⌛ <b>Hech kim o‘z vaqtida qaror qilmadi.</b> /draft uni yangidan tuzadi.
    }

    { $rows }
sketch-dropped = Qoralamadan voz kechildi: undan hech narsa chiqmaydi.
sketch-unknown = Bu qoralama sizniki emas yoki juda oldin boshlangan. Yangisi: /draft
sketch-over = Bu qoralama allaqachon topshirilgan yoki undan voz kechilgan. Yangisi: /draft
sketch-nowhere = Qoralama boradigan kamida bitta chatni tanlang, keyin topshiring.
sketch-gone = Bu xabar endi yo‘q, shuning uchun uni saqlab bo‘lmaydi. Uni qayta yuboring.
button-sketch-at = 🕐 Belgilangan vaqtda…
button-sketch-now = Ma’qullangan zahoti
button-sketch-done = 📨 Tekshiruvga topshirish
button-sketch-drop = ✖️ Voz kechish
button-sketch-look = U bilan nima bo‘ldi?
help-on-drafts = Qoralamalar
help-draft = /draft: matn, fayl yoki albomni chop etishga taklif qilish; unga javoban yoki alohida
command-draft = Chop etishga taklif qilish

## Qoralamalarni tekshirish

draft-card =
    { $head }
    { $rows }

    🎯 <b>Qayerga</b>
    { $targets }

    { $notice }
draft-head-pending = 📝 <b>Qoralama qaroringizni kutmoqda.</b> Yuqorida u odamlar ko‘radigan ko‘rinishda.
draft-head-wished = 📝 <b>Qoralama qaroringizni kutmoqda.</b> Yuqorida u odamlar ko‘radigan ko‘rinishda. Tasdiqlansa, { $send } da chiqadi.
draft-head-scheduled = ⏰ <b>{ $send } da chiqadi.</b> Tasdiqladi: { $who }, { $at }.
draft-head-publishing = 📤 <b>Chop etilmoqda.</b> Tasdiqladi: { $who }, { $at }.
draft-head-published = ✅ <b>Chop etildi.</b> Tasdiqladi: { $who }, { $at }.
draft-head-partly = ⚠️ <b>Chop etildi, lekin hamma joyda emas.</b> Tasdiqladi: { $who }, { $at }.
draft-head-failed = ❌ <b>Chop etilmadi: hech bir chat qabul qilmadi.</b> Tasdiqladi: { $who }, { $at }.
draft-head-skipped = ⏭ <b>Rad etildi.</b> Qaror qildi: { $who }, { $at }.
draft-head-expired = ⌛ <b>Muddati o‘tdi.</b> Hech kim vaqtida qaror qilmadi.
draft-head-by-itself = { $state ->
        [approved] 🤖 <b>O‘zi yuborilmoqda</b>, ishonch { $confidence } %.
        [publishing] 🤖 <b>O‘zi yuborilmoqda</b>, ishonch { $confidence } %.
        [partly] ⚠️ <b>O‘zi yuborildi, lekin hamma joyga emas</b>, ishonch { $confidence } %.
        [failed] ❌ <b>O‘zi yuborilishi kerak edi, hech bir chat qabul qilmadi</b>, ishonch { $confidence } %.
       *[published] 🤖 <b>O‘zi yuborildi</b>, ishonch { $confidence } %.
    }
draft-head-taking-back = 🗑 <b>Hamma joydan o‘chirilmoqda.</b> Qaror qildi: { $who }, { $at }.
draft-head-taken-back = 🗑 <b>Hamma joydan o‘chirildi.</b> Qaror qildi: { $who }, { $at }.
draft-head-taken-back-partly = ⚠️ <b>O‘chirildi, lekin hamma joydan emas.</b> Qaror qildi: { $who }, { $at }.
draft-from-person = 👤 Muallif: { $who }
draft-from-http = 🌐 HTTP orqali keldi
draft-from-http-key = 🌐 HTTP orqali keldi, kaliti { $name }
draft-from-ai =
    🤖 { $who } uchun javob, ishonch { $confidence } %. Yozgani:
    <blockquote>{ $excerpt }</blockquote>
draft-changed = ✏️ { $number }-versiya, muallif: { $by }
draft-nobody = bu chatdan hech kim
draft-comes = • { $option }
draft-expires = ⌛ Qaror bo‘lmasa, { $at } da muddati o‘tadi
draft-nowhere = hozircha hech qayerga
draft-target = • { $title }
draft-target-next = ⏳ { $title }
draft-target-again = 🔁 { $title }: yana urinyapman, { $total } tadan { $number }-urinish; { $why }
draft-target-waits = ⏱ { $title }: keyingi urinish { $at } da; { $why }
draft-target-sent = ✅ { $title }
draft-target-unpinned = ✅ { $title }, lekin qadalmadi: { $why }
draft-target-kept = ⚠️ { $title }: hali o‘chirilmadi; { $why }
draft-target-deleted = 🗑 { $title }
draft-target-failed = ❌ { $title }: { $why }
draft-target-more = … va yana { $more } ta. { $total } tadan { $sent } tasida bor.
draft-refused = { $kind ->
        [blocked] meni bloklashgan
        [deactivated] bu akkaunt o‘chirilgan
        [bad_peer] bu chatni ko‘rmayapman; meni u yerga qo‘shing
        [content] Telegram bu xabarni qabul qilmaydi
        [forbidden] u yerda bunga haqqim yo‘q; meni shunday huquqli administrator qiling
        [passing] Telegram hozir qabul qilmayapti
       *[unknown] Telegram rad etdi
    } ({ $reason })
draft-unshown = ⚠️ To‘liq ko‘rsata olmayman: Telegram buni qabul qilmaydi ({ $reason }). Chop etib ham bo‘lmasligi mumkin; «Tahrirlash» tugmasi o‘rniga boshqasini qo‘yadi.
draft-choose-targets = ⚠️ Qoralama hozircha hech qayerga ketmaydi. Avval chatlarini tanlang, keyin yuboring.
draft-picking = Qoralama u yerga ketishi yoki ketmasligi uchun chatni bosing. Shu zahoti va barcha tekshiruvchilar uchun o‘zgaradi.
draft-picking-none = Qoralamalar boradigan chat hali aytilmagan. Ularni egasi aytadi: /targets.
draft-reply-stays = Bu qoralama xabarga javob va faqat o‘sha xabar chatiga ketadi.
draft-replaced = ✏️ { $name }: bu { $number }-versiya edi. Eng yangisi pastda.
draft-moved = ⬇️ { $name }: bu qoralama pastda yana ko‘rsatildi.
draft-not-yours = Siz endi qoralamalarni tekshirmaysiz.
draft-too-late = { $state ->
        [scheduled] Qoralama allaqachon rejalashtirilgan: { $who }, { $at }. Hech narsa o‘zgarmadi.
        [skipped] Qoralama allaqachon rad etilgan: { $who }, { $at }. Hech narsa o‘zgarmadi.
       *[other] Qoralama allaqachon tasdiqlangan: { $who }, { $at }. Hech narsa o‘zgarmadi.
    }
draft-too-late-pending = Bu qoralama yana qaror kutmoqda. Hech narsa o‘zgarmadi.
draft-too-late-expired = Qoralama muddati o‘tdi: hech kim vaqtida qaror qilmadi. Hech narsa o‘zgarmadi.
draft-too-late-itself = Qoralama o‘zi yuborilgan ({ $at }). Hech narsa o‘zgarmadi.
draft-overtaken = ✋ Siz yozayotganda bu qoralama o‘zgartirildi, shuning uchun javobingiz ishlatilmadi. Eng yangi versiyani ko‘ring va kerak bo‘lsa, o‘sha yerda yana bosing: /drafts.
draft-versions =
    ✏️ <b>Versiyalar</b>: birini yana ko‘rish uchun raqamini bosing.
    { $rows }
draft-versions-row = { $number }. { $name } ({ $by }, { $at })
draft-version = ⬆️ { $number }-versiya, muallif: { $by }, { $at }.
draft-at-ask =
    ⏰ Bu qoralama qachon chiqsin? Vaqt aytish tasdiqlash demakdir. Yozing ({ $zone }): <code>18:30</code>, <code>2026-12-31 18:00</code> yoki qancha vaqtdan keyin, masalan <code>2 soat</code>.
draft-scheduled = ⏰ Tasdiqlandi: { $at } da chiqadi ({ $zone }).
draft-edit-old =
    Eski matn. Nusxalash uchun bosing:
    <pre>{ $excerpt }</pre>
draft-edit-ask = ✏️ O‘rniga nima chiqishi kerak bo‘lsa, shuni yuboring: matn, fayl yoki butun albom. Ajratishlar va havolalar saqlanadi; <code>&lt;b&gt;</code> kabi teglar ham ishlaydi. Kimdir tasdiqlamaguncha hech kimga hech narsa bormaydi.
draft-edit-rest = ✏️ Oldim. Matn davom etadimi? Unda qolganini yuboring. Hammasi shu yerda bo‘lgach, «Tayyor» tugmasini bosing.
draft-edit-long = ✏️ Hammasi bitta xabardan uzun. Qanday chiqsin?
draft-edit-where = 📎 Bu qoralamada fayl bor. Matningiz qayerda tursin?
draft-edit-where-long = 📎 Bu qoralamada fayl bor, matningiz esa { $longest } belgidan uzun: fayl ostiga sig‘maydi. U qayerda tursin?
draft-edit-words = 📎 Faylingiz matnsiz keldi. Eski matn qolsinmi?
draft-edit-words-long = 📎 Faylingiz matnsiz keldi. Eski matn { $longest } belgidan uzun: fayl ostiga sig‘maydi. U qolsinmi?
draft-edited = ✏️ Endi bu { $number }-versiya. Uni barcha tekshiruvchilar ko‘radi.
drafts =
    { $state ->
        [pending] 📝 <b>Qaror kutmoqda</b>
        [approved] 📤 <b>Tasdiqlangan</b>
        [publishing] 📤 <b>Chop etilmoqda</b>
        [published] ✅ <b>Chop etilgan</b>
        [partly] ⚠️ <b>Hamma joyda chop etilmagan</b>
        [failed] ❌ <b>Chop etilmagan</b>
        [skipped] ⏭ <b>Rad etilgan</b>
        [scheduled] ⏰ <b>Rejalashtirilgan</b>
       *[expired] ⌛ <b>Muddati o‘tgan</b>
    }: { $count }
    { $rows }

    Qoralamani yana ko‘rish va qaror qilish uchun raqamini bosing. Vaqt: { $zone }.
drafts-none = Bu yerda hech narsa yo‘q.
drafts-row = { $number }. { $name } ({ $at })
drafts-row-gone = { $number }. 🗑 { $name } ({ $at })
toast-draft-sending = ✅ Tasdiqlandi: chop etilmoqda.
toast-draft-again = 🔁 Chiqmaganlari qayta yuborilmoqda.
toast-draft-scheduled = ⏰ Tasdiqlandi: o‘z vaqtida chiqadi.
toast-draft-skipped = ⏭ Rad etildi.
toast-draft-undone = 🗑 Hamma joydan o‘chirilmoqda.
button-draft-send = ✅ Yuborish
button-draft-approve = ✅ Vaqtiga tasdiqlash
button-draft-edit = ✏️ Tahrirlash
button-draft-skip = ⏭ Rad etish
button-draft-more = ⋯ Yana
button-draft-less = ⌃ Yig‘ish
button-draft-at = ⏰ Vaqt belgilash
button-draft-other-time = ⏰ Boshqa vaqt
button-draft-no-time = ⏰ Vaqtsiz
button-draft-back = ↩️ Tekshiruvga qaytarish
button-draft-targets = 🎯 Chatlar
button-draft-show = 👁 Yana ko‘rsatish
button-draft-versions = 🕘 Versiyalar: { $count }
button-draft-restore = ↩️ Shunisini qaytarish
button-draft-retry = 🔁 Chiqmaganlarini qayta yuborish
button-draft-reopen = ↩️ Qayta qaror qilish
button-draft-stop = ✋ To‘xtatish va hamma joydan o‘chirish
button-draft-undo = 🗑 Hamma joydan o‘chirish (1 daqiqa)
button-draft-caption = Fayl ostida
button-draft-below = Fayldan keyin, alohida
button-draft-instead = Fayl o‘rnida
button-draft-split = Bir necha xabarda
button-draft-paper = Matn fayli sifatida
button-draft-keep-words = Eski matn qolsin
button-draft-no-words = Matnsiz
button-drafts = { $state ->
        [pending] 📝 Kutmoqda
        [approved] 📤 Tasdiqlangan
        [publishing] 📤 Chop etilmoqda
        [published] ✅ Chop etilgan
        [partly] ⚠️ Hamma joyda emas
        [failed] ❌ Chop etilmagan
        [skipped] ⏭ Rad etilgan
        [scheduled] ⏰ Rejalashtirilgan
       *[expired] ⌛ Muddati o‘tgan
    }: { $count }
command-drafts = Qoralamalar va ularning taqdiri
help-drafts = /drafts: qaror kutayotgan qoralamalar va qolganlarining taqdiri

## Havolalar

new-link =
    🔗 <b>{ FILE($name, $kind) }</b> uchun yangi havola:
    { $url }

    Oldingi havolalar ham ishlayveradi.
new-link-album =
    🔗 { $count ->
        [one] <b>{ $count } ta fayl</b>
       *[other] <b>{ $count } ta fayl</b>
    } uchun yangi havola:
    { $url }

    Oldingi havolalar ham ishlayveradi.
genlink-usage = Fayl yoki matn bor xabarga /genlink buyrug‘i bilan javob qiling, men unga havola yasayman. Faylning o‘zini yuborsangiz ham bo‘ladi.
genlink-no-file = Siz javob qilgan xabarda men saqlay oladigan fayl ham, matn ham yo‘q. Hujjat, rasm, video, boshqa fayl yoki matnga /genlink bilan javob qiling.
links-empty = Hozircha hech narsa ulashilmagan. Menga fayl yuboring, uning havolasi shu ro‘yxatda paydo bo‘ladi.
links =
    <b>Havolalar, yangilaridan boshlab</b> ({ $total })

    { $rows }

    Havolani ulashish, yopish yoki qayta ochish uchun uning raqamini bosing.
links-row =
    { $number }. <b>{ FILE($name, $kind) }</b>{ $more ->
        [0] { "" }
       *[other] { " " }va yana { $more } ta
    }, { $uses ->
        [one] { $uses } marta ochilgan
       *[other] { $uses } marta ochilgan
    }{ $state ->
        [revoked] {", yopilgan"}
        [expired] {", muddati tugagan"}
        [used-up] {", ishlatib bo‘lingan"}
       *[open] { "" }
    }
link-card =
    <b>{ FILE($name, $kind) }</b>
    { $count ->
        [one] { $count } ta fayl
       *[other] { $count } ta fayl
    }, { SIZE($size) }
    { $uses ->
        [0] Hali ochilmagan
        [one] { $uses } marta ochilgan
       *[other] { $uses } marta ochilgan
    }
    { $state ->
        [revoked] Yopilgan: uni ochgan odam hech narsa olmaydi.
        [expired] Muddati tugagan: uni ochgan odam hech narsa olmaydi.
        [used-up] Ishlatib bo‘lingan: uni ochgan odam hech narsa olmaydi.
       *[open] Ochiq: uni kim ochsa, { $count ->
            [1] faylni
           *[other] fayllarni
        } o‘sha oladi.
    }{ $missing ->
        [0] { "" }
       *[other] {" "}⚠️ Saqlash kanalidan yo‘qolganlari: { $gone }.
    }

    { $rows }

    { $url }
link-property =
    🔗 <b>{ FILE($name, $kind) }</b>

    <b>{ $title }</b>
    { $about }

    Hozir: { $value }
link-expiry = Qachongacha ishlaydi
link-expiry-about = Shu vaqtdan keyin havolani ochgan odamga muddati tugagani aytiladi.
link-expiry-at = { $at } ({ $zone } vaqti)
link-expiry-none = muddatsiz
link-expiry-unclear = Iltimos, hozirdan boshlab qancha vaqtga ekanini yozing, masalan <code>12 soat</code> yoki <code>2 kun</code>, yoki qachongachaligini, masalan <code>31.12.2030 18:00</code>; <code>0</code> — muddatsiz.
link-expiry-past = Bu vaqt o‘tib ketgan yoki unga o‘n yildan ko‘p bor. Iltimos, hali kelmagan vaqtni yozing.
link-limit = Necha marta ochiladi
link-limit-about = Havolani necha marta ochish mumkin; shu paytgacha ochilganlari ham hisobga kiradi.
link-limit-none = cheklovsiz
link-protect = Himoyalangan kontent
link-protect-about = O‘quvchilar shu havoladan olganini uzatishi va saqlashi mumkinmi.
link-delete = Avtomatik o‘chirish
link-delete-about = Shu vaqtdan keyin havola bergan narsa o‘quvchilarda o‘chiriladi; havolani yana ochsa, qaytadan oladi.
link-as-bot = /settings dagidek
link-as-bot-now = /settings dagidek ({ $value })
link-title = Nomi
link-title-about = Havola ro‘yxatlarda qanday ataladi va nima bo‘yicha topiladi.
link-title-none = faylning nomi
link-listed = Qidiruvda topiladi
link-listed-about = O‘quvchilar bu havolani /search orqali topadimi. Qidiruvda yo‘g‘i faqat havolasi borlar uchun.
link-not-yours = Bu havolani boshqa administrator yaratgan. Uni faqat o‘sha administrator va bot egasi ko‘radi va o‘zgartiradi.
link-uses =
    📊 <b>{ FILE($name, $kind) }</b>, { $uses ->
        [one] { $uses } marta ochilgan
       *[other] { $uses } marta ochilgan
    }

    <b>So‘nggi 14 kun</b> ({ $zone })
    { $days }

    <b>Oxirgi ochganlar</b>
    { $last }

    <b>Barcha havolalar orqali berilgan</b>
    { $files }
link-uses-none =
    📊 <b>{ FILE($name, $kind) }</b>

    Bu havoladan hali hech kim foydalanmagan.
link-uses-day = <code>{ $day }</code> — { $uses }
link-uses-file = { FILE($name, $kind) } · { $uses }
link-uses-reader = <code>{ $at }</code> — { $who }
revoke-usage =
    Qaysi havolani yopay? Uni buyruqdan keyin yozing:
    <code>/revoke https://t.me/…?start=…</code>

    Yoki havola ko‘rsatilgan xabarimga /revoke bilan javob qiling. Barcha havolalarni /links ko‘rsatadi.
revoked =
    🚫 <b>{ FILE($name, $kind) }</b> havolasi yopildi. Uni endi ochgan odamga shu haqda aytiladi. Faylning o‘zi saqlanib qoladi.

    { $url }
restored =
    ✅ <b>{ FILE($name, $kind) }</b> havolasi yana ochildi. U avvalgidek ishlaydi.

    { $url }
link-malformed =
    Bu havola buzilgan: bir qismi tushib qolgan yoki unga ortiqcha narsa qo‘shilgan.

    Uni sizga qanday yuborilgan bo‘lsa, aynan shundayligicha qayta oching yoki yana bir marta yuborishlarini so‘rang.
link-unknown =
    Bu havolani tanimadim. Ehtimol, u boshqa botniki yoki yo‘lda bir harfi o‘zgarib qolgan.

    Uni bergan odamdan yana bir marta yuborishini so‘rang.
link-too-many =
    Bu havolada { $most } tadan ko‘p fayl bor, bunchasini birdaniga bera olmayman.

    Havolani bergan odamdan uni bir nechta qismga bo‘lib berishini so‘rang.
link-revoked =
    Bu havolani uni yaratgan odam yopib qo‘ygan.

    Havolani bergan odamdan yangisini so‘rang.
link-expired =
    Bu havolaning muddati tugagan.

    Havolani bergan odamdan yangisini so‘rang.
link-used-up =
    Bu havoladan belgilangan miqdorda foydalanib bo‘lingan.

    Havolani bergan odamdan yangisini so‘rang.

album-buttons = ⬆️ Bu fayllar birga keladi.
delivery-unavailable =
    Bu havoladagi fayllarga hozir yetib bo‘lmayapti. Egasiga xabar berildi, keyinroq urinib ko‘ring.
delivery-gone =
    Bu havola ortidagi narsa o‘chirib yuborilgan, beradigan hech narsa qolmagan.

    Havolani bergan odamdan uni yana bir marta ulashishini so‘rang.
delivery-incomplete =
    { $count ->
        [one] Bu havoladagi { $count } ta fayl o‘chirib yuborilgan
       *[other] Bu havoladagi { $count } ta fayl o‘chirib yuborilgan
    }, qolganlarini oldingiz.

## Rollar

admin-fixed =
    Bot egasi va bot sozlamalaridagi administratorlarning (<code>ADMINS</code>) huquqlari bu yerda emas, bot ishlaydigan joyda o‘zgartiriladi.
admin-banned =
    Bu odam bloklangan. Avval blokdan chiqaring: /unban
admin-unknown =
    Bu odam endi administrator emas. Kimlar administrator ekanini /admins ko‘rsatadi.
ban-fixed =
    Bot egasini va bot sozlamalaridagi administratorlarni (<code>ADMINS</code>) bloklab bo‘lmaydi.
ban-admin =
    Bu odam administrator. Avval uni bo‘shating: /del_admin
person = <b>{ $name }</b> (<code>{ $id }</code>)
person-unknown =
    <b>{ $name }</b> degan odamni bilmayman.

    Buyruqdan keyin raqamli id yoki @nom yozing, yoxud shu odamdan uzatilgan xabarga buyruq bilan javob bering.
person-hidden =
    Bu xabar kimniki ekani ko‘rinmaydi: muallifi uzatilganda buni yashiradi.

    Buyruqdan keyin shu odamning raqamli id’sini yoki @nomini yozing.
person-unnamed =
    Bunda hech kim aytilmagan. Raqamli id yoki @nom yozing yoxud shu odamning xabarini menga uzating.
admins =
    <b>Administratorlar</b>

    { $rows }

    Kimga nimalar mumkinligini o‘zgartirish uchun ismini bosing. Yana birini tayinlash: /add_admin.
admins-row =
    { $fixed ->
        [yes] { $who } — bot ishlaydigan joyda, <code>ADMINS</code> da ko‘rsatilgan
       *[other] { $who } — { $count } ta ruxsat
    }
admins-none =
    Sizdan boshqa administrator yo‘q.

    Tayinlash uchun /add_admin dan keyin id yoki @nom yozing, yoxud shu odamdan uzatilgan xabarga u bilan javob bering.
add-admin-usage =
    Kimni administrator qilay?

    Shu odamning id’sini yoki @nomini yozing yoxud uning xabarini menga uzating.
admin-card =
    { $who } — administrator.

    Ruxsat berish yoki qaytarib olish uchun qatorni bosing. Shu zahoti kuchga kiradi.
admin-card-untold =
    { admin-card }

    Unga yoza olmadim: avval u meni ishga tushirishi kerak.
admin-appointed =
    Endi siz bu botning administratorisiz. Sizga nimalar mumkinligini /help ko‘rsatadi.
admin-dismissed = { $who } endi administrator emas.
permission-upload = Fayl saqlash, havola yaratish
permission-review = Qoralamalarni tasdiqlash
permission-broadcast = Hammaga yozish
permission-ban = Odamlarni ko‘rish va bloklash
permission-settings = Sozlamalarni o‘zgartirish
ban-usage =
    Kimni bloklay?

    Shu odamning id’sini yoki @nomini yozing yoxud uning xabarini menga uzating.
unban-usage =
    Kimni blokdan chiqaray?

    Shu odamning id’sini yoki @nomini yozing yoxud uning xabarini menga uzating. Kimlar bloklanganini /banlist ko‘rsatadi.
banned =
    🚫 { $who } bloklandi. Endi undan kelgan hech narsaga javob bermayman, buni o‘ziga aytmayman ham.
unbanned = ✅ { $who } blokdan chiqarildi.
banlist =
    <b>Bloklanganlar, oxirgilaridan boshlab</b>

    { $rows }

    Batafsil ko‘rish yoki blokdan chiqarish uchun ismni bosing.
banlist-empty = Hech kim bloklanmagan.
ban-card =
    { $who } bloklangan.

    Kim blokladi: { $by }. Qachon: { $day }.
ban-over = Bu odam endi bloklanmagan. Kimlar bloklanganini /banlist ko‘rsatadi.
users =
    <b>Menga { $total } kishi yozgan</b>

    So‘nggi 24 soatda: { $today }
    So‘nggi 7 kunda: { $week }
    Meni bloklaganlar: { $blocked }
    Endi yetib bo‘lmaydiganlar: { $gone }

    Oxirgi yozganlar:
    { $rows }

## Qayta ishlash

processing =
    ⏳ Fayllar tayyorlanmoqda: <b>{ $total } tadan { $ended } tasi</b>, { $percent } %

    Havolalari hozirdanoq ishlaydi. Yangi nomli yoki muqovali nusxa tayyor bo‘lguncha ular siz yuborgan faylni beradi.
processing-one =
    ⏳ Tayyorlanmoqda: <b>{ FILE($name, $kind) }</b>, { $percent } %

    Havolasi hozirdanoq ishlaydi. Yangi nomli yoki muqovali nusxa tayyor bo‘lguncha u siz yuborgan faylni beradi.
processing-one-over =
    { $end ->
        [done] ✅ Tayyor: <b>{ FILE($name, $kind) }</b>. Endi havolasi shu nusxani beradi.
        [cancelled] Bekor qilindi: <b>{ FILE($name, $kind) }</b> siz yuborganingizdek qoladi.
       *[failed] ⚠️ <b>{ FILE($name, $kind) }</b> siz yuborganingizdek qoladi.
    }{ $ignored ->
        [0] { "" }
       *[other] { processing-ignored }
    }
processing-over =
    ✅ Tayyor: <b>{ $total } ta fayldan { $done } tasi</b>. Endi havolalari shu nusxalarni beradi.{ $cancelled ->
        [0] { "" }
       *[other] { " " }Bekor qilindi: { $cancelled }.
    }{ $failed ->
        [0] { "" }
       *[other] { " " }Siz yuborganingizdek qoldi: { $failed }.
    }{ $ignored ->
        [0] { "" }
       *[other] { processing-ignored }
    }
processing-ignored =
    { "" }

    Telegram sizning muqovangiz o‘rniga o‘zinikini yasadi: u 10 MB gacha bo‘lgan, o‘zi o‘qiy oladigan video va rasmlar bilan shunday qiladi.
processing-failed =
    ⚠️ { $count } ta faylga yangi nom yoki muqova berib bo‘lmadi. Havolalari ularni siz yuborganingizdek beradi; hech narsa yo‘qolmadi.

    { $rows }{ $more ->
        [0] { "" }
       *[other] { " " }… va yana { $more } ta.
    }
processing-failed-row =
    • <b>{ FILE($name, $kind) }</b>: { $reason ->
        [too-big] u 2000 MiB dan katta, botlar esa bundan kattasini yuklay olmaydi
        [disk] serverim diskida joy yetmayapti; joy bo‘shating va qayta urinish uchun faylga rasm bilan javob bering
        [gone] uning saqlash kanalidagi xabari shu orada o‘chirilgan
        [storage] saqlash kanali menga joylashga ruxsat bermayapti; meni yana u yerda administrator qiling
        [telegram] Telegram uni uch marta rad etdi
       *[error] men tomonda xatolik yuz berdi va nima bo‘lganini yozib qo‘ydim
    }
thumb-ask =
    Fayllaringiz muqovasi bo‘ladigan rasmni yuboring: surat yoki fayl ko‘rinishidagi rasm.

    Shundan keyin saqlaydigan fayllaringiz uni oladi.
thumb-set =
    ✅ Endi bu sizning muqovangiz. Bundan keyin saqlaydigan fayllaringiz uni oladi; /show_thumb uni ko‘rsatadi, /del_thumb olib tashlaydi.

    Bitta faylga boshqasini berish uchun o‘sha faylga yoki havolasi bor xabarimga rasm bilan javob bering.
thumb-shown = Saqlaydigan fayllaringiz shu muqovani oladi. /set_thumb uni almashtiradi, /del_thumb olib tashlaydi.
thumb-none = Muqova o‘rnatilmagan: fayllar o‘zi bilan kelgan muqova bilan beriladi. Uni /set_thumb o‘rnatadi.
thumb-deleted = Endi fayllaringiz o‘zi bilan kelgan muqova bilan beriladi. Sizning muqovangizni olganlari uni saqlab qoladi.
thumb-own = 🖼 <b>{ FILE($name, $kind) }</b> bu rasmni muqova qilib oladi. Tayyor bo‘lganda aytaman.
thumb-several = Bu havolada bir nechta fayl bor. Rasm bilan havolaga emas, kerakli faylning o‘ziga javob bering.
thumb-kind = Telegram muqovani faqat hujjat, video, audio va animatsiyalar uchun qabul qiladi, bu esa ulardan emas.
thumb-file-too-big = <b>{ FILE($name, $kind) }</b> 2000 MiB dan katta. Botlar bundan kattasini yuklay olmaydi, shuning uchun uni faqat boricha bera olaman.
thumb-file-unknown = Bu fayl endi menda yo‘q. Uni yana yuboring va shunda rasm bilan javob bering.
thumb-no-picture = Bunday rasmni o‘qiy olmayman. Surat yoki JPEG, PNG, WebP, GIF, BMP faylini yuboring.
thumb-too-large = Bu rasm juda katta. 20 MB va 25 megapikseldan kichigini yuboring yoki uni surat qilib yuboring: shunda Telegram uni kichraytiradi.
toast-processing-cancelled =
    { $count ->
        [0] Bekor qiladigan narsa qolmadi: hammasi tayyor yoki tayyor bo‘lay deb turibdi.
        [one] Bekor qilindi: fayl siz yuborganingizdek qoladi.
       *[other] Bekor qilindi: { $count } ta fayl siz yuborganingizdek qoladi.
    }

## Qidiruv

search-found =
    🔎 <b>{ $words }</b> bo‘yicha

    { $rows }
search-popular =
    🔎 <b>Eng ko‘p ochilganlar</b>

    { $rows }

    Biror narsani topish uchun buyruqdan keyin so‘zlarni yozing: <code>/search ta’til</code>
search-row =
    { $number }. <a href="{ $url }">{ FILE($name, $kind) }</a> · { $count ->
        [one] { SIZE($size) }
       *[other] { $count } ta fayl
    }
search-nothing =
    “{ $words }” bo‘yicha hech narsa topilmadi.

    Kamroq yoki boshqa so‘zlar bilan urinib ko‘ring. Kichik xatolar xalaqit bermaydi.
search-empty = Bu yerda hozircha qidiradigan narsa yo‘q.
search-forgotten = Bu qidiruv juda eski, uni davom ettirib bo‘lmaydi. Uni qayta yuboring: /search va izlayotgan narsangiz.
inline-title = { FILE($name, $kind) }
inline-description =
    { $count ->
        [one] { SIZE($size) }
       *[other] { $count } ta fayl
    }
inline-message =
    <b>{ FILE($name, $kind) }</b> · { $count ->
        [one] { SIZE($size) }
       *[other] { $count } ta fayl
    }

    { $url }
inline-nothing = Hech narsa topilmadi. Mening suhbatimda qidiring →
button-get = Olish
button-search-back = ← Yaqinroqlari
button-search-more = Yana →
command-search = Nomi bo‘yicha topish
help-search = /search — fayllarni nomidagi bir necha so‘z bo‘yicha topish; boshqa suhbatda mening nomimni va so‘zlarni yozing

## Ketma-ketliklar

timeline-caption = Qadamlar vaqt bo‘yicha. Halqa — hamma ham olmaydigan qadam.
funnel-caption = O‘quvchi ketma-ketlikni har boshlaganida har bir qadam nima bo‘lgani. Ensiz chiziq — qadamni olganlardan nechtasi tugmasini bosgani.
sequence-gone = <b>{ $name }</b> ketma-ketligi endi yo‘q. Borlarini /sequences ko‘rsatadi.
changed-sequence = { $subject } ketma-ketligi, tahriri
changed-sequence-open = { $subject } ketma-ketligi, ishlayapti
stopped =
    🛑 { $count ->
        [0] <b>To‘xtatildi.</b> Asta-sekin keladigan xabarlardan sizni kutayotgani yo‘q edi.
        [one] <b>To‘xtatildi.</b> Hali kelishi kerak bo‘lgan bitta xabar bekor qilindi.
       *[other] <b>To‘xtatildi.</b> Hali kelishi kerak bo‘lgan { $count } ta xabar bekor qilindi.
    }

    O‘zingiz so‘ragan narsalar avvalgidek keladi: havolalardagi fayllar, buyruqlaringizga javoblar. Bot egasi hammaga yozadigan yangiliklar ham.

    Fikringiz o‘zgarsa, /start qaytadan boshlaydi.
again-ask = Asta-sekin keladigan xabarlar siz uchun to‘xtagan edi. Ularni birinchisidan boshlab qaytadan yuboraymi?
again-begun = ✅ Birinchi xabardan qaytadan boshlayapman. /stop istalgan payt to‘xtatadi.
again-not-stopped = Ular allaqachon kelyapti. /stop istalgan payt to‘xtatadi.
again-left = Unda ular kelmaydi. /start yana so‘raydi.
button-again-yes = Ha, qaytadan boshlang
button-again-no = Yo‘q
joined-looking = A’zo bo‘lganingizni tekshiryapman…
joined-not-yet = Siz hali kanalda emassiz. Iltimos, a’zo bo‘ling va «Tekshirish»ni bosing.
joined-unknown = Telegram hozir a’zo bo‘lganingizni aytmayapti. Iltimos, bir daqiqadan keyin yana bosing.
joined-success = ✅ A’zo bo‘lganingiz uchun rahmat!
# Bot egasining so‘zlari, ketma-ketlik tugmasidan.
joined-own = { $text }
button-joined-verify = ✅ Tekshirish
timezone =
    🕐 <b>Vaqt mintaqangiz: { $zone }</b>{ $own ->
        [yes] { "" }
       *[no] { " " }(botniki kabi)
    }
    U yerda hozir { $time }.

    U asta-sekin keladigan xabarlar uchun: sokin soatlari bo‘lsa, sizning vaqtingiz bo‘yicha. Boshqasini tanlang yoki masalan <code>/timezone Asia/Tashkent</code> deb yuboring.
timezone-ask = Iltimos, vaqt mintaqangiz nomini yozing: qit’a va shahar, masalan <code>Asia/Tashkent</code> yoki <code>Europe/Madrid</code>.
button-timezone-bot = Botniki kabi
button-timezone-bot-chosen = ✓ Botniki kabi
button-timezone-type = Boshqasi…
command-stop = Asta-sekin keladigan xabarlarni to‘xtatish
command-timezone = Vaqt mintaqangiz
help-stop = /stop — birinchi xabaringizdan keyin asta-sekin keladigan xabarlarni to‘xtatadi; javoblar va yangiliklar avvalgidek keladi
help-timezone = /timezone — vaqt mintaqangiz: asta-sekin keladigan xabarlarning sokin soatlari shu bo‘yicha
paper-none = Iltimos, buni fayl qilib yuboring.
paper-too-large = Buning uchun fayl juda katta: eng ko‘pi — { SIZE($most) }.
sequence-file-wrong = Bu fayl hozircha to‘g‘ri kelmaydi. Tuzatish kerak:
sequence-file-large = Fayl { SIZE($most) } dan katta. Ketma-ketliklar qisqa bo‘ladi: video va rasmlarning joyi manba kanalda.
sequence-file-encoding = Bu yerda UTF-8 bo‘lmagan belgilar bor. Faylni UTF-8 da saqlang.
sequence-file-yaml = Bu YAML emas: <code>{ $reason }</code>. Satr boshidagi bo‘shliqlarni tekshiring, ikki nuqtali matnlarni qo‘shtirnoqqa oling.
sequence-file-empty = Fayl bo‘sh.
sequence-file-anchor = Langar va havolalar (<code>&amp;name</code>, <code>*name</code>) o‘qilmaydi. Ular o‘rniga kerakli qiymatni yozing; shunday belgidan boshlanadigan matnni qo‘shtirnoqqa oling.
sequence-file-deep = Bu yerda juda chuqur ro‘yxatlar bor. Ketma-ketlikka ular kerak emas.
sequence-file-mapping = Bu yerda nom va qiymatlar bo‘lishi kerak, masalan <code>key: welcome</code> ({ $what }).
sequence-file-list = Bu yerda har satri chiziqchadan boshlanadigan ro‘yxat bo‘lishi kerak ({ $what }).
sequence-file-word = Bu yerda bitta qiymat bo‘lishi kerak, ro‘yxat ham, boshqa nomlar ham emas ({ $what }).
sequence-file-unknown = Bu yerda <code>{ $name }</code> ni bilmayman. Borlari: <code>{ $known }</code>
sequence-file-twice = <code>{ $name }</code> bu yerda ikkinchi marta. Bittasini qoldiring.
sequence-file-missing = <code>{ $name }</code> yetishmaydi.
sequence-file-name = <code>{ $what }</code> 1 tadan 32 tagacha belgidan iborat: a-z, 0-9, - va _.
sequence-file-trigger = Ketma-ketlik faqat shunday boshlanadi: <code>{ $known }</code>, ya’ni kimdir botga birinchi marta yozadi.
sequence-file-quiet = Sokin soatlar ikki vaqtdir, masalan <code>22:00-08:00</code>.
sequence-file-no-steps = Ketma-ketlikka <code>steps</code> ostida kamida bitta qadam kerak.
sequence-file-many-steps = Bu yerda { $count } ta qadam bor, ko‘pi bilan { $most } ta mumkin.
sequence-file-key-twice = <code>{ $name }</code> qadami yuqorida bor. Har bir qadamning o‘z kaliti bo‘ladi.
sequence-file-when = Qadamda yo <code>after: 40s</code> (boshidan), yo <code>after: &#123;key: 40s&#125;</code> (oldingi biror qadamdan), yo <code>after_previous: 40s</code> bo‘ladi.
sequence-file-first = Birinchi qadamdan oldin qadam yo‘q: bu yerda <code>after</code> yozing.
sequence-file-no-step = <code>{ $name }</code> qadami yo‘q.
sequence-file-cycle = Qadam faqat o‘zidan oldingisini kuta oladi, <code>{ $name }</code> esa oldin emas. Tartibini o‘zgartiring.
sequence-file-delay = <code>{ $words }</code> kutish vaqti emas. Masalan <code>40s</code>, <code>3min</code>, <code>1h 30min</code>, <code>2d</code> yoki darhol uchun <code>0</code> deb yozing.
sequence-file-far = Qadam ko‘pi bilan { $days } kun kuta oladi.
sequence-file-no-content = Qadamga <code>text</code>, <code>source_message</code> yoki ikkalasi kerak.
sequence-file-source = <code>source_message</code> — manba kanaldagi post raqami yoki albom uchun { $most } tagacha raqam ro‘yxati.
sequence-file-source-gone = Manba kanalda { $number } raqamli post yo‘q yoki men uni ko‘ra olmayman.
sequence-file-no-source = Manba kanal hali yo‘q. Uni /settings da ko‘rsating va faylni qayta yuboring.
sequence-file-button = Tugmada yo <code>url</code>, yo <code>click</code> bo‘ladi.
sequence-file-url = <code>url</code> — sahifa manzili, masalan https://example.com.
sequence-file-answer = <code>answer</code> faqat <code>click</code> da bo‘ladi.
sequence-file-answers = <code>{ $name }</code> bosishining boshqa javobi bor. Bitta nomga bitta javob.
sequence-file-click-later = Bu qadamgacha <code>{ $name }</code> ni hech kim bosgan bo‘lolmaydi: tugma shu yoki keyingi qadam ostida.
sequence-file-channel = Kanal yoki guruh id bilan ko‘rsatiladi: -100 va raqamlar.
sequence-file-language = Men <code>{ $name }</code> tilida gapirmayman. Borlari: <code>{ $known }</code>
sequence-file-yes-no = Bu yerda <code>yes</code> yoki <code>no</code> bo‘lishi kerak.
sequence-step-broken = ⚠️ <b>{ $name }</b> ketma-ketligining <b>{ $which }</b> qadamini hech kimga yuborib bo‘lmayapti: <code>{ $reason }</code>. Manba kanaldagi post o‘chirilgan bo‘lishi yoki Telegram tugmalari yoki mediasini qabul qilmasligi mumkin. O‘quvchilar keyingi qadamga o‘tadi. Ketma-ketlik faylini boshqa post bilan qayta yuboring yoki /sequences ni oching.
click-noted = Qabul qilindi.
sequences =
    📬 <b>Ketma-ketliklar</b>: o‘quvchilar menga birinchi marta yozganidan keyin asta-sekin oladigan xabarlar

    { $rows }

    Qanday ketayotganini ko‘rish, to‘xtatib turish, sinash, o‘zgartirish yoki o‘chirish uchun birini bosing.
sequences-none =
    📬 Hali ketma-ketlik yo‘q: bu o‘quvchilar menga birinchi marta yozganidan keyin asta-sekin oladigan xabarlar.

    «Yangi»ni bosing va uni YAML fayl qilib yuboring yoki namunadan boshlang.
sequence-row = { $paused ->
        [yes] ⏸
       *[no] ▶️
    } <b>{ $name }</b>, { $count ->
        [one] { $count } qadam
       *[other] { $count } qadam
    }; hozir ichida: { $readers }
sequence =
    📬 <b>{ $name }</b>{ $paused ->
        [yes] { " " }⏸ to‘xtatib turilgan: qadamlari hech kimga kelmaydi va hech kim boshlamaydi
       *[no] { "" }
    }

    { timeline-about }
    Hozir ichida: { $readers }
sequence-quiet = ; o‘quvchining soati bo‘yicha { $start } dan { $end } gacha hech narsa
timeline-about = { $count ->
        [one] { $count } qadam
       *[other] { $count } qadam
    }, oxirgisi { $seconds ->
        [0] darhol
       *[other] boshidan { DURATION($seconds) } keyin
    }{ $quiet }
timeline-more = { $count ->
        [one] … va yana { $count } qadam
       *[other] … va yana { $count } qadam
    }
timeline-at-once = darhol
timeline-after = + { $time }
timeline-post = { $count ->
        [1] ▶ Manba kanalidagi { $number }-post
       *[other] ▶ Manba kanalidagi { $count } postli albom, { $number }-postdan
    }
funnel-about = Necha marta boshlangan: { $count }
funnel-step = { $number }. { $time } · { $name }
funnel-due = jami
funnel-sent = yuborildi
funnel-clicked = tugmani bosdi
funnel-skipped = o‘tkazib yuborildi
funnel-stopped = to‘xtatildi
funnel-failed = bo‘lmadi
funnel-waiting = oldinda
short-days = { $number } kun
short-hours = { $number } soat
short-minutes = { $number } daq
short-seconds = { $number } son.
only-clicked = Faqat «{ $name }»ni bosganlarga
only-not-clicked = Faqat «{ $name }»ni bosmaganlarga
only-joined = Faqat { $name } a’zolariga
only-not-joined = Faqat { $name } a’zosi bo‘lmaganlarga
only-language = Faqat shu tilda: { $name }
only-premium = Faqat premium bilan
only-no-premium = Faqat premiumsiz
sequence-draft =
    📬 <b>{ $name }</b>: { timeline-about }

    { $change }

    Rasmi bir lahzada keladi. Saqlaymi?
sequence-draft-new = U yangi. Shu paytdan boshlab menga birinchi marta yozgan har kim uni oladi; allaqachon bor o‘quvchilar olmaydi.
sequence-draft-same = Menda aynan shunisi bor; hech narsa o‘zgarmaydi.
sequence-draft-change =
    U mendagisining o‘rnini egallaydi. Yangi qadamlar: { $added }, olib tashlanganlari: { $gone }, o‘zgarganlari: { $changed }{ $quiet ->
        [yes] ; sokin soatlar boshqa
       *[no] { "" }
    }.
    Hozir ichida: { $readers }. Ularning qadamlari vaqti o‘zgarmaydi, qadamlar esa yangi fayldagidek bo‘ladi; olib tashlangani kelmaydi, yangi qadamlar shu paytdan boshlab boshlaganlar uchun.
sequence-draft-changed = O‘sha xabardagi fayl men ko‘rsatgani emas. Iltimos, uni yangi xabar qilib yuboring.
sequence-problems =
    { sequence-file-wrong }

    { $rows }
    { $more }
sequence-problem = { $line }-qator: { $what }
sequence-problems-more = … va yana { $count } ta. Bular to‘g‘rilangach, qolganini aytaman.
sequence-new-ask =
    Iltimos, ketma-ketlikni YAML fayl qilib yuboring, masalan <code>welcome.yaml</code>.

    «Namunadan boshlash» o‘zgartirish uchun bittasini beradi.
sequence-edit-ask = Yuqorida — <b>{ $name }</b> fayl ko‘rinishida. Keragini o‘zgartirib, qaytarib yuboring; biror narsa saqlanishidan oldin nima bo‘lishini ko‘rsataman.
sequence-file = { $name } ketma-ketligi
sequence-example = Boshlash uchun ketma-ketlik: uni o‘zgartirib, qaytarib yuboring.
sequence-deleted-file = Bu { $name } ketma-ketligi edi. Qayta tiklash uchun uni qaytarib yuboring: unda bo‘lgan o‘quvchilar davom etadi, agar shu orada qadamining vaqti kelib qolmagan bo‘lsa.
sequence-delete-ask =
    <b>{ $name }</b> o‘chirilsinmi? Hozir ichida: { $readers }. Ular endi olishi kerak bo‘lgan narsa boshqa kelmaydi, keyingi qadamigacha qaytarilmasa.

    Avval uni fayl qilib olasiz, u bilan qayta tiklash mumkin.
sequence-deleted = 🗑 <b>{ $name }</b> o‘chirildi. Quyidagi fayl uni qaytaradi.
sequence-testing = Hozir u sizga keladi: bir daqiqa bir soniya davom etadi, hech bir qadam 10 soniyadan ortiq kutmaydi va hech narsa hisoblanmaydi.
sequence-drawing = Rasm bir lahzada keladi.
button-all-sequences = Barcha ketma-ketliklar
button-sequence-new = + Yangi
button-sequence-example = Namunadan boshlash
button-sequence-timeline = 🗓 Vaqt bo‘yicha
button-sequence-funnel = 📊 Qadamlar taqdiri
button-sequence-pause = ⏸ To‘xtatib turish
button-sequence-resume = ▶️ Davom ettirish
button-sequence-test = 🧪 O‘zimda sinash
button-sequence-edit = ✏️ O‘zgartirish
button-sequence-delete = 🗑 O‘chirish
button-sequence-delete-yes = 🗑 Ha, o‘chirilsin
button-sequence-keep = Yo‘q, qolsin
button-sequence-save = ✅ Saqlash
button-sequence-replace = ✅ Uning o‘rniga saqlash
button-sequence-store = Oddiy fayl qilib saqlash
command-sequences = O‘quvchilar asta-sekin oladigan xabarlar
help-sequences = /sequences — o‘quvchilar birinchi xabaridan keyin asta-sekin oladigan xabarlar; ularni YAML fayl qilib yuboring
sequence-many = { $count } yoki undan ko‘p
sequences-too-many = Ketma-ketliklar allaqachon { $most } ta, bundan ko‘p bo‘lmaydi. Avval bittasini o‘chiring: /sequences

## Yo‘qolgan fayllar

lost =
    ⚠️ { $count ->
        [one] Saqlash kanalidan fayl yo‘qolgan, o‘quvchilar uni endi olmayapti:
       *[other] Saqlash kanalidan { $count } ta fayl yo‘qolgan, o‘quvchilar ularni endi olmayapti:
    }

    { $rows }{ $more ->
        [0] { "" }
       *[other] { " " }… va yana { $more } ta.
    }

    Menga o‘sha faylni qayta yuboring, shunda uning havolalari o‘z-o‘zidan yana ishlaydi. O‘rniga boshqa fayl qo‘yish uchun raqamini bosing: havolalar o‘zgarmaydi.
lost-row =
    { $number }. <b>{ FILE($name, $kind) }</b>{ $count ->
        [1] { "" }
       *[other] {", "}havolasidagi { $count } tadan { $place }-si
    }{ $links ->
        [0] {", "}avvalgi botingiz havolalarida
        [1] { "" }
       *[other] {", "}{ $links } ta havolada
    }

relink-ask-link =
    Qaysi havolada boshqa fayl berilsin? Menga o‘sha havolani yuboring.
relink-ask-place =
    Bu havolada { $count } ta fayl bor. Qaysi biri almashtirilsin? Menga uning raqamini yuboring, 1 dan { $count } gacha.{ $missing ->
        [0] { "" }
       *[other] {" "}Yo‘qolganlari: { $gone }.
    }
relink-ask-file =
    <b>{ FILE($name, $kind) }</b> o‘rniga turadigan faylni menga yuboring yoki uzating{ $count ->
        [1] . Havola o‘zgarmaydi.
       *[other] {" "}({ $count } tadan { $place }-si). Havola o‘zgarmaydi.
    }
relink-place = Bu havolada { $count } ta fayl bor: 1 dan { $count } gacha raqam yuboring.
relink-no-file = Bu men bera oladigan fayl emas. Menga hujjat, rasm, video yoki boshqa fayl yuboring yoki uzating.
relink-album = Bu albom, bitta fayl o‘rniga esa bittasi turadi. Menga faqat bitta fayl yuboring.
relinked =
    ✅ Tayyor: endi bu havolada <b>{ FILE($name, $kind) }</b> beriladi{ $count ->
        [1] .
       *[other] {" "}({ $count } tadan { $place }-si).
    }{ $links ->
        [1] { "" }
       *[other] {" "}Endi shu faylga { $links } ta havola olib boradi.
    }

    { $url }

## Ko‘chish

import-done =
    ✅ Avvalgi saqlash kanali o‘qib chiqildi: <b>{ $files } ta fayl va matn</b>. Avvalgi botingizning ularga bergan havolalari yana ishlaydi, endi men orqali.

    { $others ->
        [0] { "" }
       *[other] Yana { $others } ta post avvalgi botning fayli yoki matni emas va tashlab ketildi: ularning havolalari ishlamaydi.
    }
import-refused =
    ⚠️ Avvalgi saqlash kanalini o‘qiy olmayapman, shuning uchun avvalgi botingiz havolalari hozircha ishlamaydi.

    { $why }

    Keyin importni yana boshlang: u to‘xtagan joyidan davom etadi.

## Statistika

stats =
    📊 <b>Ishlar qanday</b>

    <b>Odamlar:</b> { $users }. Bugun kirganlar: { $today }, yetti kun ichida: { $week }
    <b>Fayllar:</b> { $files }, jami { SIZE($size) }
    <b>Havolalar:</b> { $links }. /search orqali topiladi: { $listed }
    <b>Berilganlar:</b> { $deliveries }. Bugun: { $recent }
    { $more }
stats-audience =
    { "" }
    <b>Ketma-ketlik qadamlari:</b> { $sent } yuborildi, { $pending } kutmoqda, { $skipped } o‘tkazib yuborildi, { $cancelled } bekor qilindi, { $failed } yuborilmadi
    <b>Tugmalar bosilishi:</b> { $presses }. Bugun: { $now }
stats-button = • <code>{ $name }</code> — { $presses }
stats-buttons = • qolgan hammasi — { $presses }
chart-presses = Kunlar bo‘yicha tugmalar bosilishi
chart-steps = Kunlar bo‘yicha ketma-ketlik qadamlari
chart-others = qolgan hammasi
chart-sent = yuborildi
chart-skipped = o‘tkazib yuborildi
chart-cancelled = bekor qilindi
chart-failed = yuborilmadi
stats-top =
    { "" }
    <b>Eng ko‘p ochilganlar</b>
    { $rows }
stats-row =
    { $number }. <a href="{ $url }">{ FILE($name, $kind) }</a> · { $uses ->
        [one] { $uses } marta
       *[other] { $uses } marta
    }
chart-title = So‘nggi 30 kun
chart-deliveries = Kunlar bo‘yicha berilganlar
chart-users = Kunlar bo‘yicha yangi odamlar
chart-day =
    { $day }-{ $month ->
        [1] yan
        [2] fev
        [3] mar
        [4] apr
        [5] may
        [6] iyn
        [7] iyl
        [8] avg
        [9] sen
        [10] okt
        [11] noy
       *[12] dek
    }
chart-caption = Oxirgi 30 kunning har biri. Bugun hali tugamagan, shuning uchun ustunlari ochroq.
chart-missing = Grafikni bu safar chizib bo‘lmadi; sababi serverim jurnalida.
command-stats = Odamlar, fayllar, berilganlar
help-stats = /stats — odamlar, fayllar, havolalar va berilganlar, 30 kunlik grafik bilan

## SI javoblari

replies =
    🤖 <b>SI javoblari: { $on ->
        [yes] yoqilgan
       *[no] o‘chirilgan
    }</b>

    Model: <code>{ $model }</code>
    Menga yozilgan shaxsiy xabarlar: { $private ->
        [yes] javob beriladi
       *[no] javob berilmaydi
    }
    Guruhlar:
    { $groups }

    { $review ->
        [yes] Har bir javob tekshiruvni kutadi.
       *[no] Ishonchi { $confidence } va undan yuqori javob o‘zi yuboriladi va bu haqda xabar beriladi; qolganlari tekshiruvni kutadi.
    }
    Kutayotgan xabarlar har { $minutes } daqiqada o‘qiladi. Hozir kutmoqda: { $waiting }.
    Bugun: savollar { $calls_most } tadan { $calls } ta, tokenlar { $tokens_most } tadan { $tokens } ta.

    { $trouble }
replies-row = • { $title }
replies-no-chats = hozircha yo‘q
replies-trouble = ⚠️ SI hozir javob bermayapti: { $why ->
        [silent] unga ulanib bo‘lmadi yoki u ulgurmadi
        [key] u kalitni qabul qilmayapti
        [model] bunday model yoki bunday manzil yo‘q
        [limit] undan juda ko‘p so‘raldi
       *[server] uning serverida nosozlik bor
    }. Xabarlar keyingi aylanishni kutadi.
replies-unset =
    🤖 SI javoblari yo‘q: SI belgilanmagan.

    Meni ishga tushiradigan odam <code>AI_BASE_URL</code>, <code>AI_MODEL</code> va kalit kerak bo‘lsa <code>AI_API_KEY</code> ni belgilaydi, keyin meni qayta ishga tushiradi. OpenAI bilan mos har qanday server bo‘laveradi, o‘z mashinangizdagisi ham.
replies-which = SI qaysi guruhda javob bersin? Bular qoralamalar boradigan guruhlar; boshqasini ham yozishingiz mumkin.
replies-ask-which =
    SI qaysi guruhda javob bersin?

    Guruhning @nomini, manzilini (t.me/…) yoki raqamini (<code>-100…</code>) yozing yoki uning nomidan yozilgan xabarni menga uzating. Men u yerda a’zo bo‘lishim kerak.
replies-chat =
    🤖 <b>{ $title }</b>: bu yerda SI javob beradi.

    { $reason }
    { $all ->
        [yes] 👁 U yerda odamlar yozgan hamma narsani ko‘raman.
       *[no] 🙈 U yerda faqat buyruqlarni va o‘z xabarlarimga javoblarni ko‘raman: maxfiylik rejimi yoqilgan. Hammasini ko‘rishim uchun meni guruh administratori qiling. Yoki rejimni @BotFather orqali o‘chiring (/setprivacy), so‘ng meni guruhdan chiqarib, qayta qo‘shing.
    }
replies-not-group = <b>{ $title }</b> guruh emas. Odamlar guruhlarda yozadi: kanalning muhokama guruhini ayting. Shaxsiy xabarlar /settings orqali yoqiladi.
replies-many = Ko‘pi bilan { $most } ta guruh mumkin. Avval /replies orqali bittasini olib tashlang.
replies-chat-gone = SI u guruhda endi javob bermaydi. Qayerda javob berishini /replies ko‘rsatadi.
replies-heard = 💬 Xabaringiz yetib keldi. Javob kerak bo‘lsa, u shu yerga keladi.
replies-away =
    ⚠️ <b>SI javob bermayapti.</b> { $why ->
        [silent] Unga ulanib bo‘lmadi yoki u ulgurmadi. Serveri ishlayaptimi va AI_BASE_URL to‘g‘rimi, tekshiring.
        [key] U kalitni qabul qilmayapti. AI_API_KEY va u tegishli hisobni tekshiring.
        [model] Bunday model yoki bunday manzil yo‘q. AI_MODEL va AI_BASE_URL ni tekshiring.
        [limit] Undan juda ko‘p so‘raldi. Hisobning cheklovlari va balansini tekshiring.
       *[server] Uning serverida nosozlik bor. Odatda bu o‘tib ketadi.
    }

    Xabarlar ko‘pi bilan bir kun kutadi va har aylanishda yana uriniladi. U javob berganda yozaman.
replies-back = ✅ SI yana javob beryapti. U { DURATION($seconds) } javob bermadi.
replies-given-up =
    ⚠️ { $count } ta xabar javobsiz qoldi: SI uch marta ham yaroqli narsa aytmadi (javob yo‘q, juda uzun yoki so‘ralgan shaklda emas).

    Bu tez-tez bo‘lsa, boshqa model yoki qisqaroq ko‘rsatma yordam berishi mumkin: /replies
replies-all-spent = ⚠️ SI javoblari uchun bugungi zaxira tugadi. Xabarlar ertagacha kutadi; o‘shanda bir kundan eski bo‘lganlariga javob berilmaydi. Zaxira /settings ichida, “SI javoblari”.
replies-ask-trial = Menga kimdir yozishi mumkin bo‘lgan matnni yozing. SI hozirgi ko‘rsatma bo‘yicha faqat sizga javob beradi; hech qayerga hech narsa yuborilmaydi. Bu bugungi savollardan biri hisoblanadi.
replies-try-text = Bu matn emas. Matn yozing yoki <i>Bekor qilish</i> tugmasini bosing.
replies-trying = 🤖 SI dan so‘rayapman. Javob bir daqiqa ichida shu yerga keladi.
replies-tried =
    🤖 SI { $confidence } ishonch bilan shunday javob berardi:

    { $excerpt }
replies-tried-nothing = 🤖 SI bunga hech narsa demasdi.
replies-tried-failed = ⚠️ Javob yo‘q: { $why ->
        [silent] SI ga ulanib bo‘lmadi yoki u ulgurmadi
        [key] u kalitni qabul qilmayapti
        [model] bunday model yoki bunday manzil yo‘q
        [limit] undan juda ko‘p so‘raldi
        [spent] bugungi zaxira tugadi
        [unusable] u yaroqli narsa aytmadi
       *[server] uning serverida nosozlik bor
    }.
button-replies-try = 🧪 Sinab ko‘rish
changed-replies = SI { $subject } guruhida javob beradi
button-settings-replies = 🤖 SI javoblari
button-replies = ‹ SI javoblari
button-replies-on = ▶️ Yoqish
button-replies-off = ⏸ O‘chirish
button-replies-add = ➕ Guruh
button-replies-type = ✏️ Boshqa guruh
button-replies-prompt = 📝 Ko‘rsatma
button-replies-settings = ⚙️ Sozlamalar
button-replies-look = 🔄 Yana ko‘rish
button-replies-del = 🗑 Olib tashlash
setting-replies = SI javoblari
setting-replies-about = O‘chirilgan: odamlar yozgani javob uchun o‘qilmaydi, kutayotganlari esa javobsiz qoladi.
setting-replies-private = Shaxsiy xabarlarga javob berish
setting-replies-private-about = Yoqilgan: o‘quvchilar menga yozgan va boshqa hech narsam javob bermaydigan xabarlar SI javobini kutadi. Ularning so‘zlari SI serveriga boradi.
setting-auto-reply-confidence = Ishonch
setting-auto-reply-confidence-about = 0 dan 100 gacha. Qaysi ishonchdan boshlab javob tekshiruvsiz yuboriladi. Qanchalik ishonishini SI o‘zi aytadi.
setting-reply-review-all = Har bir javobni tekshirish
setting-reply-review-all-about = Yoqilgan: SI qanchalik ishonmasin, birorta javob o‘zi yuborilmaydi.
setting-reply-prompt = Ko‘rsatma
setting-reply-prompt-about = Javobdan oldin SI ga nima aytiladi: siz kimsiz, nimani bilasiz, qanday gapirish, qachon jim turish. Oddiy so‘zlar bilan. Faqat so‘ralgan joyda javob berish va begonalarning buyruqlariga quloq solmaslik unga baribir aytiladi.
setting-reply-calls = Kuniga savollar
setting-reply-calls-about = SI dan barcha chatlarda birga bir kunda ko‘pi bilan necha marta so‘raladi. Qolgani ertasi kunni kutadi.
setting-reply-chat-calls = Bitta chatda kuniga savollar
setting-reply-chat-calls-about = SI dan bitta guruhda yoki bitta odam uchun bir kunda ko‘pi bilan necha marta so‘raladi.
setting-reply-tokens = Kuniga tokenlar
setting-reply-tokens-about = O‘qilgan va yozilgan tokenlar shunchaga yetgach, o‘sha kuni SI dan boshqa so‘ralmaydi.
setting-reply-chat-tokens = Bitta chatda kuniga tokenlar
setting-reply-chat-tokens-about = Bitta guruhda yoki bitta odam uchun tokenlar shunchaga yetgach, o‘sha kuni u yerda SI dan boshqa so‘ralmaydi.
job-draft-cycle = Qoralamalar aylanishi
command-replies = SI javoblari
help-replies = /replies — SI qayerda javob tayyorlashi, uning ko‘rsatmasi va zaxirasi

## Qoralamalar qayerga boradi

targets =
    🎯 <b>Qoralamalar qayerga boradi</b>

    { $rows }

    Chatni bosing: u yerda menga nima mumkinligini ko‘rasiz, uni har bir yangi qoralamaga tanlaysiz yoki olib tashlaysiz.
targets-none =
    🎯 <b>Qoralamalar boradigan birorta ham chat ko‘rsatilmagan.</b>

    Meni kanalingizga xabar joylash huquqi bilan administrator qilib yoki guruhingizga a’zo qilib qo‘shing. Keyin pastdagi tugmani bosing.
targets-row = { $lost ->
        [yes] ⚠️ <b>{ $title }</b>: u yerga yoza olmayman
       *[other] • <b>{ $title }</b>
    }{ $on ->
        [yes] , har bir yangi qoralama uchun
       *[other] { "" }
    }
target =
    🎯 <b>{ $title }</b> { $username }

    { $rows }

    { $on ->
        [yes] Har bir yangi qoralamaga tanlanadi; qoralamani tuzayotgan odam uni olib tashlashi mumkin.
       *[other] Bu chatni qoralamani tuzayotgan odam tanlaydi.
    }
target-open = ✅ U yerga yoza olaman.
target-ask-which =
    Qoralamalar qayerga borsin?

    O‘sha kanalning postini yoki o‘sha guruh nomidan yozilgan xabarni menga uzating. Yoki chatning @nomini yoki raqamli id sini yozing (<code>-100…</code>); odam bo‘lsa, uning o‘zinikini.
target-ask = Endi men <b>{ $title }</b> guruhidaman. Qoralamalar u yerga borishi mumkinmi? Siz yoki tekshiruvchi «ha» demaguncha hech narsa chiqmaydi.
target-none = Qoralamalar endi u chatga bormaydi. Qayerga borishini /targets ko‘rsatadi.
target-unknown =
    <b>{ $name }</b> degan chatni bilmayman.

    Uning @nomini, manzilini (t.me/…) yoki raqamli id sini yozing, yoxud o‘sha yerdan post uzating.
targets-many = Qoralamalar ko‘pi bilan { $most } ta chatga boradi. Avval bittasini olib tashlang: /targets
target-unseen =
    <b>{ $title }</b> menga ko‘rinmayapti.

    Meni u yerga qo‘shing: kanalga — xabar joylash huquqi bilan administrator qilib, guruhga — a’zo qilib. Keyin qayta urinib ko‘ring.
target-not-admin =
    ⚠️ <b>{ $title }</b> kanaliga xabar joylay olmayman: u yerda administrator emasman.

    Kanal sozlamalarida «Administratorlar»ni ochib, meni xabar joylash huquqi bilan qo‘shing.
target-no-post =
    ⚠️ <b>{ $title }</b> kanaliga xabar joylay olmayman: administratorman, lekin bu huquq menga berilmagan.

    Kanal sozlamalarida «Administratorlar»ni ochib, meni tanlang va xabar joylashga ruxsat bering.
target-not-member =
    ⚠️ <b>{ $title }</b> guruhiga yoza olmayman: men unda yo‘qman.

    Guruhni ochib, meni a’zo qilib qo‘shing.
target-restricted =
    ⚠️ <b>{ $title }</b> guruhiga yoza olmayman: guruh administratori meni cheklab qo‘ygan.

    Guruh sozlamalarida «Ruxsatlar»ni ochib, meni istisnolardan chiqaring. Yoki meni administrator qiling.
target-no-writing =
    ⚠️ <b>{ $title }</b> guruhiga yoza olmayman: u yerda faqat administratorlar yozadi.

    Meni administrator qiling yoki a’zolarga matn yuborishga ruxsat bering.
target-moved =
    ⚠️ <b>{ $title }</b> superguruhga aylandi, Telegram uchun bu boshqa chat.

    Buni /targets orqali olib tashlang va yangisini ko‘rsating: uning id si <code>-100</code> bilan boshlanadi.
target-stranger =
    ⚠️ <b>{ $title }</b> ga yoza olmayman: bot faqat o‘ziga yozgan odamlarga yozadi.

    Undan shu botni ochib, «Start»ni bosishini so‘rang.
target-blocked =
    ⚠️ <b>{ $title }</b> ga yoza olmayman: u meni bloklagan.

    Buni faqat uning o‘zi, «Start»ni qayta bosib, o‘zgartira oladi.
target-gone = ⚠️ <b>{ $title }</b> ga yoza olmayman: bu akkaunt o‘chirilgan. Uni /targets orqali olib tashlang.
target-bot = ⚠️ <b>{ $title }</b> ga yoza olmayman: bu bot, botlar bir-biriga yoza olmaydi.
target-no-pin = 📌 U yerda xabarni qadab qo‘ya olmayman: qadalishi kerak bo‘lgani qadalmasdan chiqadi. Bu huquq o‘sha chat sozlamalarida, «Administratorlar» bo‘limida beriladi; kanalda bu postlarni tahrirlash huquqidir.
target-no-media = 🖼 U yerda a’zolar hamma turdagi mediani yubora olmaydi. U yerga rasm yoki faylli qoralama borishidan oldin meni administrator qiling yoki bunga ruxsat bering.
target-lost =
    ⚠️ <b>Qoralamalar endi { $title } ga bora olmaydi.</b>

    { $rows }

    Shungacha u yerga yuborilgani yetib bormaydi, lekin qayta urinish mumkin.
target-back = ✅ Qoralamalar yana <b>{ $title }</b> ga bora oladi.
changed-target = Qoralamalar boradi: { $subject }
changed-target-default = Har bir yangi qoralama boradi: { $subject }
button-target = { $value }
button-target-chosen = ✓ { $value }
button-target-closed = ⚠️ { $value }
button-target-chosen-closed = ✓ ⚠️ { $value }
button-target-new = Kanal, guruh yoki odam qo‘shish
button-target-yes = Ha, borishi mumkin
button-target-drafts = 🎯 Qoralamalar shu yerga borsin
button-target-always = Har bir yangi qoralamaga tanlash
button-target-ask = Faqat so‘ralganda tanlash
button-target-look = Qayta tekshirish
button-target-del = Olib tashlash
button-target-all = ← Hammasi
help-targets = /targets: qoralamalar boradigan chatlar
command-targets = Qoralamalar qayerga boradi

## Manba kanal

source-set =
    ✅ Bundan keyin <b>{ $title }</b> kanalida <code>/chat</code> bilan boshlangan xabar buyruqsiz holda barcha o‘quvchilarga boradi.

    U yerdagi boshqa xabarlar hech kimga bormaydi.
source-not-channel =
    <b>{ $title }</b> — guruh. Barcha o‘quvchilarga boradigan xabarlarni faqat kanaldan olaman: guruhda ularga istalgan odam yozishi mumkin.

    Kanal yarating va meni unga xabar joylash huquqi bilan administrator qilib qo‘shing.
source-not-admin =
    <b>{ $title }</b> kanalida administrator emasman, shuning uchun u yerdagi xabarlarni ko‘rmayman va <code>/chat</code> xabarlari hech kimga bormaydi.

    Kanal sozlamalarini oching, “Administratorlar” bo‘limida meni qo‘shing. Boshqa kanal /settings orqali tanlanadi.
source-protected =
    <b>{ $title }</b> kanalida kontentni saqlash cheklangan, bunday kanaldan uzatishga Telegram hech kimga, hatto menga ham ruxsat bermaydi.

    Kanal sozlamalarini oching va kontentni saqlashga ruxsat bering. Yoki boshqa kanalni oling.
setting-source-chat = /chat xabarlari kanali
setting-source-chat-about = Bu kanaldagi <code>/chat</code> bilan boshlanadigan xabarlar barcha o‘quvchilarga boradi, zanjirlar ham xabarlarni shu yerdan oladi. Kanalni tanlash uchun meni unga xabar joylash huquqi bilan administrator qilib qo‘shing yoki undan matnli xabarni menga uzating: shunda so‘rayman.
setting-paid-broadcasts = Pullik tarqatma
setting-paid-broadcasts-about = Telegram botga bepul soniyasiga 30 taga yaqin xabar yuborishga ruxsat beradi: 100 000 o‘quvchiga bir soat ketadi. Yoqilsa, tarqatmalar va zanjirlar soniyasiga 1000 tagacha yuboriladi va <b>soniyasiga 30 tadan ortiq har bir xabar balansimdan 0,1 Telegram yulduzi turadi</b>; 100 000 o‘quvchiga tarqatma 10 000 yulduzgacha chiqadi. Bu faqat @BotFather da men uchun pullik tarqatma yoqilgan bo‘lsa ishlaydi: Telegram buning uchun balansda 100 000 yulduz va oyiga 100 000 foydalanuvchi so‘raydi. Odamlarga javoblar uchun hech qachon to‘lanmaydi.
button-settings-audience = Auditoriya
button-source = 📣 /chat xabarlari uchun

## Saqlash kanali

storage-missing =
    ⚠️ <b>Hozircha fayllarni saqlay olmayman: saqlash kanali tanlanmagan.</b>

    Bot egasi buni bir marta qiladi:
    1. Yopiq kanal yarating.
    2. Meni unga xabar joylash huquqi bilan administrator qilib qo‘shing.
    3. Shu suhbatga qayting: o‘sha kanaldan foydalanish-foydalanmaslikni so‘rayman. «Ha, shu kanal» tugmasini bosing.

    So‘ramasam, o‘sha kanaldan istalgan postni menga uzating.
storage-ask = Barcha fayllarni <b>{ $title }</b> kanalida saqlaymi?
storage-ask-change =
    Endi yangi fayllarni <b>{ $title }</b> kanalida saqlaymi?

    Avval saqlanganlari eski kanalda qoladi. Uni o‘chirmang, aks holda eski havolalar ishlamay qoladi.
storage-set =
    ✅ Endi barcha fayllarni <b>{ $title }</b> kanalida saqlayman.

    Menga fayl yuboring, javobiga uning havolasini olasiz.
storage-unchanged = Xo‘p, hech narsa o‘zgarmadi.
storage-not-channel =
    <b>{ $title }</b> — guruh. Men fayllarni faqat kanalda saqlayman: guruhda ularni istalgan odam o‘chirib yuborishi mumkin.

    Yopiq kanal yarating va meni unga xabar joylash huquqi bilan administrator qilib qo‘shing.
storage-not-admin =
    <b>{ $title }</b> kanalida administrator emasman, shuning uchun u yerda fayl saqlay olmayman.

    Bu sizning kanalingiz bo‘lsa, uning sozlamalarida «Administratorlar» bo‘limini oching va meni xabar joylash huquqi bilan qo‘shing. Shunda yana so‘rayman.
storage-no-post-right =
    <b>{ $title }</b> kanalida administratorman, lekin u yerga xabar joylashga ruxsatim yo‘q.

    Kanal sozlamalarida «Administratorlar» bo‘limini oching, meni tanlang va xabar joylashga ruxsat bering. Shunda yana so‘rayman.
storage-protected =
    <b>{ $title }</b> kanalida kontentni saqlash cheklangan, bunday kanaldan uzatishga Telegram hech kimga, hatto menga ham ruxsat bermaydi.

    Kanal sozlamalarida kontentni saqlashga ruxsat bering va menga undan bitta matnli postni uzating. Yoki boshqa kanal tanlang.
storage-closed =
    ⚠️ O‘quvchilar havolalarni ochmoqda, lekin hech narsa olmayapti: men endi saqlash kanalidan fayl ola olmayman.

    Meni yana xabar joylash huquqi bilan kanal administratori qiling va undagi kontent himoyasini o‘chiring. Havolalar darhol ishlaydi.
storage-failed =
    Saqlash kanali fayllarni qabul qilmayapti: u o‘chirilgan yoki men u yerda endi xabar joylash huquqiga ega administrator emasman.

    Bot egasi meni qayta qo‘shishi yoki boshqa kanal tanlashi mumkin: meni unga administrator qilib qo‘shing, men so‘rayman.
storage-back =
    ✅ Saqlash kanali <b>{ $title }</b>ga yana post joylay olaman. Fayllar o‘sha yerda saqlanadi, havolalari ishlaydi.
storage-lost =
    ⚠️ Endi <b>{ $title }</b> saqlash kanaliga xabar joylay olmayman. Yangi fayllarni saqlash iloji yo‘q, havolalar ham ishlamay qolishi mumkin.

    Meni u yerda yana xabar joylash huquqi bilan administrator qiling yoki boshqa kanalga qo‘shing, fayllarni o‘sha yerda saqlayman.

## Sozlamalar

settings =
    ⚙️ <b>Sozlamalar</b>

    Bu yerda o‘zgartirganingiz darhol kuchga kiradi va qayta ishga tushirilganda ham saqlanadi. Bo‘limni tanlang.
settings-group =
    ⚙️ <b>{ $title }</b>

    { $rows }
settings-row = • { $name } — <b>{ $value }</b>
setting =
    ⚙️ <b>{ $title }</b>
    { $about }

    Hozir: { $value }
    <i>{ $source }</i>

    { $notice }
ask-number = <b>{ $name }</b>: { $least } dan { $most } gacha butun son yozing.
ask-duration = <b>{ $name }</b>: { DURATION($least) } dan { DURATION($most) } gacha vaqt yozing, masalan <code>30 daqiqa</code>, <code>12 soat</code> yoki <code>2 kun</code>; <code>0</code> — hech qachon.
ask-expiry =
    <b>{ $name }</b>: hozirdan boshlab qancha vaqtga ekanini yozing, masalan <code>12 soat</code> yoki <code>2 kun</code>, yoki qachongacha ekanini, masalan <code>31.12.2030 18:00</code> ({ $zone }).

    <code>0</code> — muddatsiz.
ask-text =
    <b>{ $name }</b>: matnni yozing, ko‘pi bilan { $longest } ta belgi. Qalin harf va boshqa bezaklar saqlanadi, Telegram HTML belgilari ham, masalan <code>&lt;b&gt;so‘zlar&lt;/b&gt;</code>.

    Bularning o‘rniga kerakligi qo‘yiladi:
    <code>{ $known }</code>
ask-line = <b>{ $name }</b>: bir qatorda yozing, ko‘pi bilan { $longest } ta belgi.
ask-picture = <b>{ $name }</b>: rasmni yoki uning https:// bilan boshlanadigan manzilini yuboring.
ask-buttons =
    <b>{ $name }</b>: har bir qator uchun bir satr yozing, mana bunday:
    <code>Kanalimiz - https://t.me/example</code>

    Orasiga <code>|</code> qo‘yilsa, tugmalar yonma-yon turadi:
    <code>Kanal - https://t.me/example | Sayt - https://example.com</code>

    Ko‘pi bilan { $most } qator, har birida { $beside } ta tugma.
ask-timezone = <b>{ $name }</b>: tz bazasidagidek yozing, masalan <code>Asia/Tashkent</code>.
setting-save = ⬆️ Mana shunday ko‘rinadi. Saqlaymi? Boshqasini sinash uchun shunchaki uni yozing.
setting-save-unseen = Buni ko‘rsatish uchun hali birorta saqlangan fayl yo‘q. Baribir saqlaymi? Boshqasini sinash uchun shunchaki uni yozing.
setting-refused = Telegram buni qabul qilmayapti ({ $reason }), shuning uchun hech narsa o‘zgarmadi. Boshqacha yozing.
setting-picture-refused = Telegram bu rasmni ko‘rsata olmayapti, shuning uchun hech narsa o‘zgarmadi. Uni shu yerga rasm qilib yuboring yoki boshqa manzil oling.
setting-changed-since = Bu sozlama shundan keyin yana o‘zgartirilgan, shuning uchun hech narsa qaytarilmadi. Uni qayta oching: u yerdagi tugma oxirgi o‘zgarishni qaytaradi.
setting-from-chat = Shu suhbatda o‘zgartirilgan.
setting-from-environment = Muhit o‘zgaruvchisidan ({ $variable }), bu yerda o‘zgartirilmagan.
setting-from-default = Boshlang‘ich holatda.
settings-log =
    📜 <b>Kim nimani o‘zgartirdi</b>, yangilari oldin, vaqt: { $zone }

    { $rows }
settings-log-row = <code>{ $at }</code> { $who } · { $what }: { $old } ⇒ <b>{ $new }</b>
settings-log-empty = 📜 Suhbatda hali hech narsa o‘zgartirilmagan.
changed-link = Havola <code>{ $subject }</code>, { $what }
changed-link-open = Havola <code>{ $subject }</code>, ochiq
changed-link-file = Havola <code>{ $subject }</code>, fayl
changed-other = O‘zgarish ({ $subject })
changed-fsub = A’zolik shart: { $subject }
changed-fsub-asks = { $subject }: ariza bilan kirish
changed-role = { $who } roli
changed-ban = { $who } bloklangan
value-reader = o‘quvchi
value-admin = administrator ({ PERMISSIONS($may) })
value-admin-nothing = administrator
value-on = yoqilgan
value-off = o‘chirilgan
value-none = yo‘q
value-never = hech qachon
value-number = { $number }
value-duration = { DURATION($seconds) }
value-picture = rasm
value-several = { $total } tadan { $count } tasi
setting-storage-chat = Saqlash kanali
setting-storage-chat-about = Fayllar qayerda turadi. Boshqa kanalni tanlash uchun meni unga xabar joylash huquqi bilan administrator qilib qo‘shing: shunda so‘rayman.
setting-name-prefix = Fayl nomlari oldida
setting-name-prefix-about = Bundan keyin saqlanadigan hujjat, video, audio va animatsiyalar nomi oldida turadi, masalan <code>@mychannel</code>. Yangi nomli nusxani fonda tayyorlayman.
setting-name-suffix = Fayl nomlaridan keyin
setting-name-suffix-about = /upload dan keyin yozilgan nomlardan so‘ng va bundan keyin saqlanadigan hujjat, video, audio va animatsiyalar nomidan keyin (kengaytmasidan oldin) turadi, masalan <code>[mychannel]</code>. Yangi nomli nusxani fonda tayyorlayman.
setting-protect-content = Himoyalangan kontent
setting-protect-content-about = O‘quvchilar olganini uzata olmaydi va saqlay olmaydi. Havolaning o‘zida boshqacha belgilanishi mumkin.
setting-auto-delete-time = Avtomatik o‘chirish
setting-auto-delete-time-about = Shu vaqtdan keyin o‘quvchi olgan narsa uning chatidan yo‘qoladi. Alohida havola uchun boshqacha belgilash mumkin.

setting-former-links = Avvalgi botning havolalari
setting-former-links-about = Mendan avvalgi bot bergan havolalar undan ko‘chirilgan narsalarni ochadi. Ularning raqamlarini topish mumkin: ikkitasi bor odam hammasini ocha oladi. O‘chirilsa, ularni tanimayman.
setting-caption-template-none = fayllarning o‘ziniki
setting-caption-template = Izohlar
setting-caption-template-about = Beriladigan fayllar ostida o‘z izohi o‘rniga nima turadi.
setting-list-new-links = Yangi havolalar: qidiruvda topiladi
setting-list-new-links-about = O‘quvchilar har bir yangi havolani /search orqali topadimi. Yo‘q bo‘lsa, faqat /upload bilan yaratilganlar va o‘zingiz ro‘yxatga qo‘shganlar topiladi.
setting-fsub-strict = Ko‘rinmasa, kiritmaslik
setting-fsub-strict-about = A’zo bo‘lish kerak bo‘lgan kanal a’zolarini ko‘ra olmay turganimda nima bo‘ladi, masalan u yerda endi administrator bo‘lmasam. O‘chiq: fayllar usiz ham beriladi. Yoqilgan: yana ko‘rmagunimcha hech kim fayl olmaydi.
setting-file-buttons = Fayllar ostidagi tugmalar
setting-file-buttons-about = Sizning manzillaringizni ochadi. Har bir berilgan fayl ostida, albomdan keyin esa alohida xabarda turadi.
setting-greeting-none = mening so‘zlarim
setting-greeting = Salomlashish
setting-greeting-about = O‘quvchilar meni ishga tushirganda nimani ko‘radi.
setting-greeting-picture = Salomlashish ustidagi rasm
setting-greeting-picture-about = Salomlashish matni ustida ko‘rsatiladi.
setting-timezone = Vaqt mintaqasi
setting-timezone-about = Vaqtni shu mintaqada yozaman va tushunaman, masalan Asia/Tashkent.
setting-wrong = Bu sozlama bunday qiymatni olmaydi. Tugmalardan birini tanlang.
setting-last = Kamida bittasi tanlangan bo‘lib qolishi kerak.
setting-yes-no = Iltimos, <code>ha</code> yoki <code>yo‘q</code> deb yozing.
setting-number = Iltimos, { $least } dan { $most } gacha butun son yozing.
setting-duration = Iltimos, vaqtni birligi bilan yozing, masalan <code>30 daqiqa</code>, <code>12 soat</code> yoki <code>2 kun</code>; <code>0</code> — hech qachon.
setting-duration-range = Iltimos, { DURATION($least) } dan { DURATION($most) } gacha vaqt yozing yoki <code>0</code> — hech qachon.
setting-timezone-wrong = Bunday vaqt mintaqasini bilmayman. Iltimos, uni tz bazasidagidek yozing, masalan <code>Asia/Tashkent</code>.
setting-empty = Iltimos, matn yozing.
setting-long =
    Bu matnda { $length } ta belgi bor, bu yerda esa ko‘pi bilan { $longest } ta bo‘lishi mumkin. Iltimos, qisqartiring.
setting-placeholder =
    <code>{ $name }</code> degan o‘rinbosarni bilmayman. Bu yerda quyidagilar bor:
    <code>{ $known }</code>
setting-picture = Iltimos, rasm yoki uning https:// bilan boshlanadigan manzilini yuboring.
buttons-line =
    Bu tugmani tushunmadim: <code>{ $line }</code>

    Ustidagi yozuv, bo‘sh joy, chiziqcha, bo‘sh joy va manzilni yozing: <code>Kanalimiz - https://t.me/example</code>
buttons-many = Iltimos, { $most } qatordan va har birida { $beside } tugmadan oshirmang.
buttons-long = Tugmaga { $longest } ta belgi sig‘adi. Bu juda uzun: <code>{ $line }</code>
markup-unknown = Telegram <code>&lt;{ $tag }&gt;</code> tegini bilmaydi. b, i, u, s, code, pre, blockquote, spoiler va a bor; oddiy &lt; belgisi &amp;lt; deb yoziladi.
markup-unclosed = <code>&lt;{ $tag }&gt;</code> tegi ochilgan, lekin yopilmagan. Tugagan joyiga <code>&lt;/{ $tag }&gt;</code> qo‘ying.
markup-unopened = <code>&lt;/{ $tag }&gt;</code> oxirgi ochilgan tegni yopmayapti. Teglarni ochilganiga teskari tartibda yoping.
markup-address = Havolaga manzil kerak, mana bunday: <code>&lt;a href="https://example.com"&gt;so‘zlar&lt;/a&gt;</code>.

## Yuklash

upload-file =
    📤 Menga faylni yuboring yoki bir nechta faylni birga, albom qilib yuboring.

    Keyin nomi va teglarini so‘rayman: o‘quvchilar uni shular bo‘yicha topadi.
upload-title =
    📤 <b>{ FILE($name, $kind) }</b>

    Nomi qanday bo‘lsin? “O‘tkazib yuborish” bosilsa, fayl nomi qoladi.
upload-tags =
    🏷 Qanday teglar bo‘lsin? Orasiga vergul yoki bo‘sh joy qo‘yib yozing.
upload-done =
    ✅ <b>{ FILE($name, $kind) }</b>{ $count ->
        [1] { "" }
       *[other] , { $count } ta fayl
    }, { SIZE($size) }

    Bu havolani ochgan kishi { $count ->
        [1] faylni
       *[other] hammasini
    } oladi, o‘quvchilar esa uni qidirib topadi:
    { $url }

    { $tags }
upload-no-file = Faylni kutyapman: hujjat, rasm, video yoki boshqa fayl yuboring. /cancel yuklashni bekor qiladi.
upload-no-words = Bu yerda so‘zlarni kutyapman: yozib yuboring yoki savol ostidagi tugmani bosing.
upload-title-empty = Bunday nomda ko‘rsatadigan hech narsa yo‘q. Harf, raqam yoki emoji yozing.
upload-title-long = Nom juda uzun: unga qo‘shiladiganlari bilan { $length } ta belgi, eng ko‘pi { $longest } ta. Qisqaroq yozing.
upload-tags-empty = Bunda teg yo‘q. Orasiga vergul yoki bo‘sh joy qo‘yib so‘zlar yozing yoki “O‘tkazib yuborish”ni bosing.
upload-tags-many = Bu { $count } ta teg, eng ko‘pi { $most } ta. Kamroq yozing.
upload-tag-long = “{ $name }” tegi juda uzun: eng ko‘pi { $longest } ta belgi. Qisqaroq, orasiga vergul qo‘yib yozing.
kind-refused =
    Bunday turdagi fayllarni qabul qilmayman: { FILE("", $kind) }.

    Egam qabul qilishga ruxsat bergan turlar: { KINDS($kinds) }.
help-guided = /upload — faylni nomi va teglari bilan saqlash, o‘quvchilar uni shular bo‘yicha topadi
command-upload = Faylni nomi va teglari bilan saqlash
setting-allowed-kinds = Fayl turlari
setting-allowed-kinds-about = Odamlardan qaysi turdagi fayllarni qabul qilishim. Saqlash kanalining o‘ziga joylangani har doim qabul qilinadi.
setting-allowed-kinds-document = { kind-document }
setting-allowed-kinds-video = { kind-video }
setting-allowed-kinds-audio = { kind-audio }
setting-allowed-kinds-photo = { kind-photo }
setting-allowed-kinds-animation = { kind-animation }
setting-allowed-kinds-voice = { kind-voice }
setting-allowed-kinds-video_note = { kind-video-note }
setting-allowed-kinds-sticker = { kind-sticker }

## To‘plamlar

bundle-collecting =
    📦 { $count ->
        [0] To‘plamga kiradigan fayl va matnlarni yuboring: bittalab, albom qilib yoki boshqa joydan uzatib
        [one] Hozircha { $count } ta fayl
       *[other] Hozircha { $count } ta fayl
    }.

    “Tayyor” yoki /done — hammasiga shu tartibda bitta havola. “Oxirgisini olib tashlash” yoki /undo — oxirgi kelganini olib tashlash.
bundle-making = 📦 { $count } ta faylga havola tayyorlayapman. Bir zumda keladi.
bundle-progress = 📦 Havola tayyorlayapman: { $total } ta fayldan { $done } tasi joyida.
bundle-made = 📦 Tayyor: havola quyida.
bundle-not-made = 📦 Havola qilib bo‘lmadi. Nima qilish kerakligi quyida.
bundle-done =
    ✅ To‘plam: <b>{ $count } ta fayl</b>, { SIZE($size) }

    Bu havolani ochgan kishi hammasini oladi:
    { $url }

    { $missing }
bundle-missing = Tashlab ketildi: oldin o‘chirilgan { $missing } ta xabar.
bundle-empty = To‘plamda hali birorta ham fayl yo‘q. Avval fayl yuboring.
bundle-full = To‘plam to‘ldi: eng ko‘pi { $most } ta fayl. “Tayyor”ni bosing yoki /done yuboring, qolganlari uchun yangisini boshlang.
bundle-gone = Bu to‘plamning hamma xabarlari havola tayyor bo‘lishidan oldin o‘chirilgan, beradigan hech narsa qolmadi.
button-bundle-again = Qayta urinish
range-first =
    📦 Saqlash kanalidagi qaysi post birinchi?

    Uni menga uzating yoki havolasini yuboring (menyusida “Havolani nusxalash”).
range-last = Oxirgisi-chi? Uni menga uzating yoki havolasini yuboring.
range-reading = 📦 Postlarni ko‘rib chiqyapman: { $total } tadan { $done } tasi ko‘rildi.
range-found =
    📦 Birinchi postdan oxirgisigacha <b>{ $count } ta fayl yoki matn</b> bor.{ $others ->
        [0] { "" }
       *[other] { " " }Fayli ham, matni ham yo‘q, tashlab ketiladigan postlar: { $others }.
    }{ $missing ->
        [0] { "" }
       *[other] { " " }O‘chirilgan postlar: { $missing }.
    }

    { $count ->
        [1] Unga
       *[other] Hammasiga
    } bitta havola qilaymi?
range-no-post = Bu saqlash kanalining posti emas. Menga post uzating yoki havolasini yuboring, masalan <code>https://t.me/c/1234567890/55</code>.
range-other-channel = Bu post saqlash kanalidan emas, mana bu yerdan: <b>{ $title }</b>. Saqlash kanalidan post uzating yoki uning havolasini yuboring.
range-too-wide = Birinchisidan oxirgisigacha { $count } ta post, men esa eng ko‘pi { $most } tasini ko‘rib chiqaman. Chetlarini yaqinroq tanlang.
range-too-many = Bu postlar orasida { $most } tadan ko‘p fayl bor, bitta havolaga shundan ko‘pi sig‘maydi. /batch ni qayta yuboring va chetlarini yaqinroq tanlang.
range-empty = Bu postlar orasida birorta ham fayl yoki matn yo‘q. Fayli ham, matni ham yo‘q postlar: { $others }. O‘chirilgan postlar: { $missing }.
help-batch = /batch — saqlash kanalidagi postlar qatoriga bitta havola, birinchisidan oxirgisigacha
help-custom-batch = /custom_batch — ketma-ket yuborgan fayl va matnlaringizga bitta havola, 1000 tagacha
command-batch = Postlar qatoriga bitta havola
command-custom-batch = Fayllarni bitta havolaga yig‘ish

## Suhbatlar

conversation-busy =
    Siz hali boshqa ishni tugatmadingiz{ $topic ->
        [upload] : yuklashni
        [bundle] : yig‘ayotgan to‘plamingizni
        [range] : saqlash kanalidan to‘plamni
        [relink] : havoladagi faylni almashtirishni
        [cast] : tarqatmani
        [cast-at] : tarqatma vaqtini
        [cast-type] : tarqatma sozlamasini
        [cast-edit] : tarqatmaning yangi matnini
       *[other] { "" }
    }.

    O‘shani davom ettirasizmi yoki undan voz kechib, hozir so‘raganingizni boshlaysizmi?
conversation-none = Javob beradigan yoki bekor qiladigan narsa yo‘q: men sizdan hech narsa so‘ramadim.
conversation-no-choice = Bu savolimga javob emas. Qanday javob berish mumkinligini savol ostidagi tugmalar ko‘rsatadi.
conversation-cancelled = Xo‘p, bekor qilindi. Yana nimalar qila olishimni /help ko‘rsatadi.
conversation-over = Bu savol yopilgan: unga javob berilgan, u bekor qilingan yoki quyida qayta so‘ralgan.
conversation-expired =
    Javobingizni bir kun kutdim, endi kutmayman{ $topic ->
        [upload] : yuklash bekor qilindi. Qayta boshlash uchun /upload yuboring.
        [bundle] : siz yig‘ayotgan to‘plam bekor qilindi. Qayta boshlash uchun /custom_batch yuboring.
        [range] : to‘plam bekor qilindi. Qayta boshlash uchun /batch yuboring.
        [relink] {": "}havola avvalgidek qoldi. Qayta boshlash uchun /relink yuboring.
       *[other] . Xohlagan paytingiz qayta boshlang.
    }
help-cancel = /cancel — men so‘rayotgan ishdan voz kechish
button-go-on = O‘shani davom ettirish
button-begin-anew = Yangisini boshlash
button-skip = O‘tkazib yuborish
button-done = Tayyor
button-undo = Oxirgisini olib tashlash
button-yes = Ha
button-cancel = Bekor qilish

## Nimalarga a’zo bo‘lish kerak

fsub-gate =
    Fayllarni olish uchun avval bularga a’zo bo‘ling:

    { $rows }

    So‘ng «Tekshirish»ni bosing: siz ochgan havolani davom ettiraman.
fsub-row = • <b>{ $title }</b>
fsub-still = Siz hali hammasiga a’zo bo‘lmadingiz. Ro‘yxatdagilarga a’zo bo‘ling va yana tekshiring.
fsub-joined = ✅ A’zo bo‘lganingiz uchun rahmat. Mana siz ochgan narsa:
fsub-none =
    Havolalar hammaga ochiq: hech narsaga a’zo bo‘lish shart emas.

    Kanal yoki guruh qo‘shing, shunda fayllarni faqat o‘sha yerdagi a’zolar oladi. Men u yerda administrator bo‘lishim kerak.
fsub-chats =
    <b>Havolani ochgan odam shu yerlarga a’zo bo‘lishi kerak</b>

    { $rows }

    O‘zgartirish yoki olib tashlash uchun nomini bosing. A’zolarni ko‘ra olmay turganimda nima bo‘lishi /settings da.
fsub-chats-row = { $lost ->
        [yes] ⚠️ <b>{ $title }</b>: a’zolarini ko‘ra olmayapman
       *[other] • <b>{ $title }</b>{ $asks ->
            [yes] , so‘rov bilan
           *[other] { "" }
        }
    }
fsub-chat =
    { $lost ->
        [yes] ⚠️ <b>{ $title }</b> a’zolarini ko‘ra olmayapman. Meni u yerda administrator qiling.
       *[other] Havolani ochgan odam <b>{ $title }</b> a’zosi bo‘lishi kerak.
    }

    { $asks ->
        [yes] Odamlar men yaratgan havola orqali so‘rov yuboradi. So‘rov yuborgan odam qabul qilinishini kutmay, fayllarni darhol oladi.
       *[other] Odamlar darhol qo‘shiladi: ochiq nomi yoki men yaratgan havola orqali.
    }
fsub-ask =
    O‘quvchilar qaysi kanal yoki guruhga a’zo bo‘lishi kerak? Men u yerda administrator bo‘lishim kerak.

    U yerdan menga post uzating yoki @nomini yo id’sini (-100 va raqamlar) yozing.
fsub-unknown =
    <b>{ $name }</b> degan kanal yoki guruhni topmadim.

    @nomini yoki id’sini (-100 va raqamlar) yozing, yoxud u yerdan menga post uzating.
fsub-basic =
    Bu eski turdagi guruh: unga kim qo‘shilganini bilmayman.

    Uni bir zumga ochiq qiling yoki tarixni yangi a’zolarga ko‘rsating: Telegram uni superguruhga aylantiradi. Keyin uni yana ayting.
fsub-not-admin =
    Men <b>{ $title }</b> administratori emasman, shuning uchun a’zolarini ko‘ra olmayman.

    Sozlamalarini oching, «Administratorlar»ga kirib, meni taklif qilish huquqi bilan qo‘shing va uni yana ayting.
fsub-no-invite-right =
    <b>{ $title }</b> yopiq, menga esa taklif havolasi yaratish mumkin emas.

    Sozlamalarini oching, «Administratorlar»da meni tanlang, taklif qilishga ruxsat bering va uni yana ayting.
fsub-gone = Bunga a’zo bo‘lish endi shart emas. Nimalarga a’zo bo‘lish kerakligini /fsub ko‘rsatadi.
fsub-lost =
    ⚠️ Endi <b>{ $title }</b> a’zolarini ko‘ra olmayapman. { $strict ->
        [yes] Ko‘rmagunimcha o‘quvchilar fayl olmaydi.
       *[other] Ko‘rmagunimcha o‘quvchilar fayllarni usiz ham oladi.
    }

    Meni u yerda yana taklif qilish huquqi bilan administrator qiling. Yoki uni olib tashlang: /fsub
fsub-link-forgotten = Keyingi o‘quvchi yangi havola oladi. Eskisi uni chatning o‘zida bekor qilmaguningizcha ishlaydi.

## O‘quvchilarni tekshirish

gate =
    🔐 Fayllargacha bir qadam qoldi: «Tekshiruvdan o‘tish»ni bosing va { $direct ->
        [yes] shu yerga qayting.
       *[other] ochilgan sahifani oxirigacha o‘ting, u sizni shu yerga qaytaradi. Shoshilmang: darhol qaytgan odam sahifani o‘tkazib yuborgan hisoblanadi.
    }

    Shundan keyin fayllar o‘zi keladi{ $seconds ->
        [0] .
       *[other] , va <b>{ DURATION($seconds) }</b> davomida sizdan boshqa hech narsa so‘ralmaydi.
    }
gate-verified = { $seconds ->
        [0] ✅ Tekshiruvdan o‘tdingiz. Mana siz ochgan narsa:
       *[other] ✅ Tekshiruvdan o‘tdingiz, u <b>{ DURATION($seconds) }</b> amal qiladi. Mana siz ochgan narsa:
    }
gate-unavailable =
    Hozir sizni tekshira olmayapman: buning uchun ishlatadigan xizmatim javob bermayapti. Uzr.

    Havolani bir necha daqiqadan keyin yana oching. Bu urinish hisobga kirmaydi.
gate-refused =
    Bu tekshiruv yaroqsiz yoki muddati o‘tgan.

    Fayllar havolasini yana oching va men ko‘rsatgan yo‘ldan o‘ting. U faqat sizga tegishli va bir marta ishlaydi.
gate-bypassed =
    Siz { DURATION($seconds) }dan ham tez qaytdingiz. Bunday tezlikda sahifa ko‘rinib ulgurmaydi, shuning uchun buni qabul qilmayman.

    { $locked ->
        [yes] Iltimos, bir soat kutib, havolani yana oching.
       *[other] Havolani yana oching va sahifani oxirigacha o‘ting. Bir necha shunday urinishdan keyin bir soat kutishga to‘g‘ri keladi.
    }
gate-locked =
    Sahifa juda ko‘p marta o‘tkazib yuborildi. Iltimos, { DURATION($seconds) } kutib, havolani yana oching.
gate-limit =
    Bugungi tekshiruvlar tugadi: bir kunda { $count ->
        [one] { $count } ta tekshiruv
       *[other] { $count } ta tekshiruv
    } bo‘ladi. Keyingisigacha { DURATION($seconds) } qoldi.

    So‘nggi bir soatda ko‘rsatganlarimdan ishlatilmaganlari hali ishlaydi.
fsub-joined-verify = ✅ A’zo bo‘lganingiz uchun rahmat. Yana bir qadam qoldi:
gate-numbers =
    🔐 <b>O‘quvchilarni tekshirish</b> { $on ->
        [yes] yoqilgan
       *[other] o‘chirilgan
    } (sozlama: { $mode })

    <b>Bugun</b>, { $date }
    Berilgan tokenlar: { $made }
    Tekshiruvdan o‘tganlar: { $verified }
    Chetlab o‘tganlar: { $bypassed }
    Rad etilganlar: { $refused }{ $reasons }

    <b>Havola qisqartirgichlar</b>
    { $rows }
gate-reasons = , shundan birovniki { $other }, ishlatilgani { $used }, muddati o‘tgani { $expired }, noma’lumi { $unknown }
gate-no-shortener = Bittasi ham belgilanmagan.
gate-row = • <b>{ $name }</b>{ $works ->
        [off] { " " }(o‘chirilgan)
        [paused] { " " }(javob bermayapti, vaqtincha chetda)
        [lost] { " " }(kalitini o‘qib bo‘lmaydi)
        [gone] { " " }(olib tashlangan)
       *[on] { "" }
    }: berilgan { $made }, o‘tgan { $verified }, chetlab o‘tgan { $bypassed }, rad etilgan { $refused }, xato { $failed }
shorteners-none =
    Havola qisqartirgich belgilanmagan, shuning uchun o‘quvchilarni orqali o‘tkazadigan narsa yo‘q.

    Qo‘shsangiz, o‘quvchilar o‘sha paytdan tekshiruvdan o‘tadi.
shorteners =
    <b>Havola qisqartirgichlar</b>

    O‘quvchilar ulardan navbat bilan o‘tadi. Javob bermagani vaqtincha chetda turadi.

    { $rows }
shorteners-row = • <b>{ $name }</b>{ $works ->
        [off] : o‘chirilgan
        [paused] : javob bermayapti, vaqtincha chetda
        [lost] : o‘chirilgan, kalitini o‘qib bo‘lmaydi
       *[on] { "" }
    }
shortener =
    <b>{ $name }</b>: { $works ->
        [off] o‘chirilgan
        [paused] yoqilgan, lekin javob bermadi va vaqtincha chetda
        [lost] o‘chirilgan: kaliti boshqa maxfiy so‘z bilan shifrlangan, uni endi o‘qib bo‘lmaydi. Olib tashlab, qaytadan qo‘shing
       *[on] yoqilgan
    }.{ $fixed ->
        [yes] { " " }Muhit o‘zgaruvchisidan (<code>SHORTLINK_URL</code>).
       *[other] { "" }
    }
shortener-ask =
    Qisqartirgich API’sining manzilini va bo‘sh joydan keyin kalitingizni yozing:
    <code>https://example.com/api 0123456789abcdef</code>

    Ikkalasi ham uning saytida, ko‘pincha «Developers API» bo‘limida. Men undan <code>…?api=kalit&amp;url=havola</code> deb so‘rayman. Kalitni olganimdan keyin xabaringizni o‘chirib tashlang.
shortener-words = Iltimos, https:// bilan boshlanadigan manzil, bo‘sh joy va kalitni yozing: <code>https://example.com/api 0123456789abcdef</code>
shortener-long = Juda uzun: manzil ham, kalit ham { $longest } belgigacha bo‘lishi mumkin.
shortener-many = Qisqartirgichlar { $most } taga yetdi. Avval birortasini olib tashlang.
shortener-gone = Bu qisqartirgich olib tashlangan. Borlarini /gate ko‘rsatadi.
premium-who =
    Kimga premium beray?

    O‘sha odamning id’si yoki @nomini yozing yoxud menga uning xabarini uzating.
premium-how-long = Qancha vaqtga? Masalan, <code>30 kun</code> yoki <code>2 hafta</code> deb yozing; u qolgan vaqtga qo‘shiladi.
premium-time = Iltimos, vaqtni kun yoki haftada yozing, masalan <code>30 kun</code> yoki <code>2 hafta</code>; ko‘pi bilan o‘n yil.
premium-got =
    ⭐ Sizda <b>{ $at }</b> ({ $zone }) gacha premium bor: havolalar tekshiruvsiz ochiladi.
premium-given = ⭐ { $who }: premium <b>{ $at }</b> ({ $zone }) gacha.
premium-given-untold =
    { premium-given }

    Unga yoza olmadim: avval u meni ishga tushirishi kerak.
premium-given-stranger =
    { premium-given }

    Bu id egasi menga hech qachon yozmagan. Vaqt baribir o‘tadi va u meni ishga tushirganda amal qiladi. Raqam xato bo‘lsa, shu yerda tugating.
premium-ended = { $who }: premium tugatildi.
premium-yours = ⭐ Sizda <b>{ $at }</b> ({ $zone }) gacha premium bor.
premium-none-yours = Sizda premium yo‘q. Uni bot egasi berishi mumkin.
premiums =
    ⭐ <b>Premium o‘quvchilar</b>, vaqt: { $zone }

    { $rows }

    Premium berish: /add_premium. Bu yerdagi tugma uni tugatadi.
premiums-row = { $who }: { $at } gacha
premiums-none =
    Hech kimda premium yo‘q.

    Berish uchun: <code>/add_premium 12345678 30 kun</code>, ya’ni id yoki @nom va qancha vaqtga.
premium-reminder =
    ⏳ Premiumingiz <b>{ $at }</b> ({ $zone }) da tugaydi. Shundan keyin havolalar yana tekshiruv bilan ochiladi.
ask-address = <b>{ $name }</b>: https:// bilan boshlanadigan manzilni yozing.
setting-address = Iltimos, https:// bilan boshlanadigan manzil yozing.
changed-shortener = Qisqartirgich { $subject }
changed-premium = Premium: { $who }
setting-gate = O‘quvchilarni tekshirish
setting-gate-about = Havola ochilishidan oldin o‘quvchi havola qisqartirgich orqali o‘tib qaytadi. Egasi, administratorlar va premium o‘quvchilarga bu taalluqli emas. Qisqartirgichsiz «doim» — darhol orqaga olib keladigan tugma.
setting-gate-shortener = qisqartirgich bor paytda
setting-gate-always = doim
setting-gate-never = tekshirilmaydi
setting-gate-duration = Tekshiruv amal qiladi
setting-gate-duration-about = Tekshiruvdan o‘tgan o‘quvchi shuncha vaqt havolalarni erkin ochadi. «Hech qachon»: har bir havolaga alohida tekshiruv kerak.
setting-gate-minimum = Juda tez deb sanaladi
setting-gate-minimum-about = Qisqartirgichdan bundan tezroq qaytgan odam sahifani ko‘rmagan: bu chetlab o‘tish deb sanaladi va qabul qilinmaydi. «Hech qachon»: hech kim juda tez emas. Qisqartirgichni sekinroq chetlab o‘tish sezilmaydi.
setting-gate-bypasses = Tanaffusgacha chetlab o‘tishlar
setting-gate-bypasses-about = Ketma-ket shuncha marta chetlab o‘tgan o‘quvchi bir soat kutadi.
setting-gate-limit = Bir kundagi tekshiruvlar
setting-gate-limit-about = O‘quvchi bir kunda ko‘pi bilan shuncha marta tekshiruvni boshlay oladi.
setting-gate-open = Qisqartirgichlar javob bermasa, o‘tkazish
setting-gate-open-about = O‘chiq: birortasi javob bermaguncha o‘quvchi uzr oladi, fayl olmaydi. Yoqilgan: u darhol orqaga olib kelinadi va fayllarni oladi.
setting-gate-how-to = «Qanday o‘tiladi» tugmasi
setting-gate-how-to-about = Tekshiruvdan qanday o‘tishni ko‘rsatadigan sahifa yoki post. Tugma menikining ostida turadi.
button-settings-gate = O‘quvchilarni tekshirish
button-verify = 🔐 Tekshiruvdan o‘tish
button-how-to = Qanday o‘tiladi
button-shorteners = Havola qisqartirgichlar
button-shortener-add = Qisqartirgich qo‘shish
button-shortener-off = O‘chirib qo‘yish
button-shortener-on = Yoqish
button-shortener-del = Olib tashlash
button-premium-del = Premiumni tugatish
button-premium-del-of = ✖️ { $name }
button-premiums = Barcha premium o‘quvchilar
command-gate = Bugungi tekshiruvlar
command-premium = Premium: qachongacha
command-add-premium = O‘quvchiga premium berish
command-del-premium = O‘quvchining premiumini tugatish
help-gate = /gate — bugun nechta o‘quvchi tekshiruvdan o‘tgani va qaysi qisqartirgichlar orqali
help-premium = /premium — havolalar siz uchun qachongacha tekshiruvsiz ochiladi
help-add-premium = /add_premium — o‘quvchini tekshiruvsiz kiritadi, masalan <code>/add_premium 12345678 30 kun</code>; ro‘yxatni /premium ko‘rsatadi
help-del-premium = /del_premium — buni tugatadi

## Boshqa narsa yozgan o‘quvchilarga

reader-file =
    Rahmat, lekin fayllarni faqat administratorlarimdan qabul qilaman.

    Men havola ortidagi fayllarni beraman: sizga yuborilgan havolani oching — fayl shu yerga keladi.
reader-text =
    Men fayllarni havola orqali beraman: sizga yuborilgan havolani oching — fayl shu yerga keladi.

    Nimalar qila olishimni /help ko‘rsatadi.
command-withheld = Bu yerda sizga bunga ruxsat berilmagan. Bot egasi ko‘proq ruxsat berishi mumkin; sizga nimalar mumkinligini /help ko‘rsatadi.
unknown-command = Bunday buyruqni bilmayman. Nimalar qila olishimni /help ko‘rsatadi.

## Biror narsa xalaqit berganda

apology =
    Menda nimadir noto‘g‘ri ketdi, nima bo‘lganini yozib qo‘ydim.

    Iltimos, bir daqiqadan keyin qayta urinib ko‘ring.
too-fast =
    Siz men javob berib ulgurmaydigan darajada tez yuboryapsiz. Navbat bilan, siz yuborgan tartibda javob beraman.

    Navbatga sig‘magani javobsiz qoladi: ikki daqiqada javob kelmasa, iltimos, o‘shani yana bir bor yuboring.
no-authority = Buni faqat bot administratorlari qila oladi.
toast-notice-old = Xabarlarni faqat 48 soat ichida o‘chira olaman. Buni o‘zingiz o‘chirib yuboring.
button-stale = Bu tugma eski versiyamdan qolgan. Iltimos, buyruqni qayta yuboring.
failures-many =
    ⚠️ Menda nosozlik bor: so‘nggi besh daqiqada { $updates } ta xabar va tugma bosish bo‘ldi, ulardan { $failed } tasini bajara olmadim. O‘sha odamlarga uzr so‘raldi.

    Nima bo‘lgani serverim jurnaliga yozilgan. Hammasi joyiga tushgach, yana yozaman.
failures-over = ✅ Hammasi joyiga tushdi: yana odatdagidek javob beryapman.

## Fayl turlari va hajmlar

kind-animation = Animatsiya
kind-audio = Audio
kind-document = Hujjat
kind-photo = Rasm
kind-sticker = Stiker
kind-text = Matn
kind-video = Video
kind-video-note = Video xabar
kind-voice = Ovozli xabar
size = { SIZE($size) }
size-b =
    { $number ->
        [one] { $number } bayt
       *[other] { $number } bayt
    }
size-kb = { $number } KB
size-mb = { $number } MB
size-gb = { $number } GB
duration-days =
    { $number ->
        [one] { $number } kun
       *[other] { $number } kun
    }
duration-hours =
    { $number ->
        [one] { $number } soat
       *[other] { $number } soat
    }
duration-minutes =
    { $number ->
        [one] { $number } daqiqa
       *[other] { $number } daqiqa
    }
duration-seconds =
    { $number ->
        [one] { $number } soniya
       *[other] { $number } soniya
    }

## Tugmalar

button-get-again = 🔄 Qayta olish
button-close = ✖️ Yopish
button-share = Ulashish
button-new-link = Yangi havola
button-revoke = Havolani yopish
button-processing-cancel = Bekor qilish
button-restore = Qayta ochish
button-newest = ⇤ Eng yangilari
button-older = Eskiroq →
button-all-links = ← Barcha havolalar
button-storage-yes = Ha, shu kanal
button-storage-no = Yo‘q
button-write = ✍️ Yozish
button-settings = ← Barcha sozlamalar
button-settings-readers = O‘quvchilar nima oladi
button-settings-storing = Fayllarni saqlash
button-settings-greeting = Salomlashish
button-link-options = Sozlash
button-link-uses = 📊 Statistika
button-relink = ♻️ Faylni almashtirish
button-links-all = Hammaning havolalari
button-links-mine = Faqat meniki
button-settings-general = Umumiy
button-settings-log = 📜 Kim nimani o‘zgartirdi
button-setting-undo = ↶ Qaytarish: { $value }
button-setting-environment = ↺ Muhitdagidek
button-setting-default = ↺ Boshlang‘ich holat
button-offered = { $value }
button-chosen = ✓ { $value }
button-back = ← Orqaga
button-newer = ← Yangiroq
button-permission-on = ✓ { $permission }
button-permission-off = – { $permission }
button-dismiss = Endi administrator emas
button-all-admins = ← Barcha administratorlar
button-unban = Blokdan chiqarish
button-all-banned = ← Barcha bloklanganlar
button-join = A’zo bo‘lish: { $title }
button-try-again = Tekshirish
button-fsub-add = Kanal yoki guruh qo‘shish
button-fsub-asks = So‘rov bilan qo‘shish
button-fsub-direct = Darhol qo‘shish
button-fsub-link = Yangi havola
button-fsub-del = Olib tashlash
button-fsub-all = ← Hammasi

## Telegram menyusidagi buyruqlar

command-start = Boshlash
command-help = Nimalar qila olaman
command-about = Men kimman
command-language = Tilni tanlash
command-genlink = Javob qilinayotgan fayl yoki matnga havola
command-links = Barcha ulashilganlar
command-revoke = Havolani yopish
command-relink = Havoladagi faylni almashtirish
command-autodelete = Fayllar o‘quvchida qancha turadi
command-protect = Himoyalangan kontent
command-set-thumb = Fayllaringiz muqovasini o‘rnatish
command-show-thumb = Muqovangizni ko‘rsatish
command-del-thumb = Muqovangizni olib tashlash
command-settings = Sozlamalar
command-cancel = Boshlangan ishni bekor qilish
command-users = Menga kimlar yozadi
command-ban = Odamni bloklash
command-unban = Blokdan chiqarish
command-banlist = Kimlar bloklangan
command-admins = Administratorlar va ularning huquqlari
command-add-admin = Administrator tayinlash
command-del-admin = Administratorni bo‘shatish
command-fsub = O‘quvchilar nimalarga a’zo bo‘ladi
