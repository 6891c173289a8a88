# Слова на склі, українська. Коротко, тепло, конкретно, чесно.

language-name = Українська

## What people wear and who they seem to be

colour-name = { $colour ->
    [black] чорний
    [charcoal] графітовий
    [grey] сірий
    [white] білий
    [cream] кремовий
    [beige] бежевий
    [brown] коричневий
    [red] червоний
    [bordeaux] бордовий
    [orange] помаранчевий
    [yellow] жовтий
    [olive] оливковий
    [green] зелений
    [teal] бірюзовий
    [light_blue] блакитний
    [blue] синій
    [navy] темно-синій
    [purple] фіолетовий
    [pink] рожевий
   *[other] кольоровий
}
category-name = { $category ->
    [t_shirt] футболка
    [shirt] сорочка
    [long_sleeve] кофта
    [outerwear] куртка
    [dress] сукня
    [trousers] штани
    [shorts] шорти
    [skirt] спідниця
    [scarf] шарф
    [hat] шапка
    [glasses] окуляри
   *[other] верх
}
    .yours-genitive = { $category ->
        [t_shirt] вашої футболки
        [shirt] вашої сорочки
        [long_sleeve] вашої кофти
        [outerwear] вашої куртки
        [dress] вашої сукні
        [trousers] ваших штанів
        [shorts] ваших шортів
        [skirt] вашої спідниці
        [scarf] вашого шарфа
        [hat] вашої шапки
        [glasses] ваших окулярів
       *[other] вашого вбрання
    }
    .yours = { $category ->
        [t_shirt] Ваша футболка
        [shirt] Ваша сорочка
        [long_sleeve] Ваша кофта
        [outerwear] Ваша куртка
        [dress] Ваша сукня
        [trousers] Ваші штани
        [shorts] Ваші шорти
        [skirt] Ваша спідниця
        [scarf] Ваш шарф
        [hat] Ваша шапка
        [glasses] Ваші окуляри
       *[other] Ваш верх
    }
sees-age-unknown = вік не ясний
age-minor = до 18
age-band = вік { $band }
gender-female = жінка
gender-male = чоловік

## Attract

attract-step-closer = Підійдіть ближче
attract-camera-note = Це дзеркало вас бачить. Зображення лишається тут.
attract-welcome-title = Заходьте
attract-welcome-body = Раді вас бачити. Роздивляйтеся й питайте про що завгодно.

## Somebody came

noticed-title = Вітаємо
noticed-body = Підійдіть ближче й побачте річ на собі.

## Privacy notice

notice-title = Це дзеркало вас бачить
notice-body = Воно дивиться на ваш силует, одяг та приблизні вік і стать, щоб показати те, що вам личить. Зображення не покидає цього екрана, і про вас нічого не зберігається.
notice-show-looks = Покажіть образи
notice-what-it-sees = Що воно бачить
notice-camera-off = Без камери

## Camera chip

camera-on = Камера працює · нічого не зберігаємо
camera-off = Камеру вимкнено
camera-lost = Камера зникла, хвилинку

## Looks

engaged-goes-with = Пасує до { category-name.yours-genitive }
engaged-looking = Образи для вас
engaged-nobody = Підійдіть трохи ближче
engaged-new-in = Образи з наших вішаків
engaged-wear-it = Приміряти
engaged-done = Готово

why-worn = { category-name }, { colour-name } колір
why-harmony = кольори дружать між собою
why-in-stock-here = є в магазині
why-in-warehouse = зі складу
why-reduced = на { $percent } % дешевше

tryon-stock = { $here ->
    [0] { $warehouse ->
        [0] Поки що розпродано
       *[other] Тут немає, на складі { $warehouse }
    }
   *[other] { $warehouse ->
        [0] У магазині { $here }
       *[other] У магазині { $here }, на складі { $warehouse }
    }
}

## A garment or a colour on the shopper

tryon-live-view = Живе зображення, колір може відрізнятися
tryon-step-back = Відійдіть трохи, щоб побачити річ на собі
tryon-guide-come-closer = Підійдіть трохи ближче до дзеркала
tryon-guide-step-back = Відсуньтеся трохи назад, щоб вас було видно повністю
tryon-guide-face-mirror = Поверніться обличчям до дзеркала
tryon-guide-stand-clear = Станьте так, щоб вас ніщо не затуляло
tryon-guide-open-arms = Опустіть руки трохи осторонь від тіла
tryon-beside = Ось як виглядає ця річ
tryon-adult-sizes = Ця річ є лише в дорослих розмірах. Ось як вона виглядає.
tryon-no-camera = Без камери: сама річ
tryon-more-looks = Ще образи
tryon-back-to-mine = Повернути моє
tryon-your-garment-in = { category-name.yours }: { colour-name } колір

## What the mirror sees

sees-title = Що я бачу і що зберігаю
sees-picture-what = Зображення
sees-picture-fate = забуваю 30 разів на секунду
sees-outline-what = Ваш силует і одяг
sees-outline-fate = поки ви не відійдете
sees-age-what = Вікова група і стать, здогад
sees-age-fate = поки ви не відійдете
sees-count-what = Для магазину: ще один відвідувач у групі щонайменше з п’яти
sees-count-fate = рахуємо
sees-understood = Зрозуміло
worn-garment = { category-name } · { colour-name }
sees-body-unknown = одяг не розгледіти

## Feedback and farewell

feedback-title = Як вам?
feedback-thanks = Дякуємо
feedback-worst = Не моє
feedback-best = Чудово
feedback-wiped-soon = Ваші образи за мить зітруться
farewell-title = До зустрічі
farewell-body = Усе з цього візиту стерто.

## Idle warning

idle-title = Ви ще тут?
idle-body = Якщо ні, я зітру ваші образи для наступного відвідувача.
idle-still-here = Я ще тут
idle-done = Готово
