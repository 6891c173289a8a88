# Слова на стекле, русский. Коротко, тепло, конкретно, честно.

language-name = Русский

## What people wear and who they seem to be

colour-name = { $colour ->
    [black] чёрный
    [charcoal] графитовый
    [grey] серый
    [white] белый
    [cream] кремовый
    [beige] бежевый
    [brown] коричневый
    [red] красный
    [bordeaux] бордовый
    [orange] оранжевый
    [yellow] жёлтый
    [olive] оливковый
    [green] зелёный
    [teal] бирюзовый
    [light_blue] голубой
    [blue] синий
    [navy] тёмно-синий
    [purple] фиолетовый
    [pink] розовый
   *[other] цветной
}
category-name = { $category ->
    [t_shirt] футболка
    [shirt] рубашка
    [long_sleeve] кофта
    [outerwear] куртка
    [dress] платье
    [trousers] брюки
    [shorts] шорты
    [skirt] юбка
    [scarf] шарф
    [hat] шапка
    [glasses] очки
   *[other] верх
}
    .yours-dative = { $category ->
        [t_shirt] вашей футболке
        [shirt] вашей рубашке
        [long_sleeve] вашей кофте
        [outerwear] вашей куртке
        [dress] вашему платью
        [trousers] вашим брюкам
        [shorts] вашим шортам
        [skirt] вашей юбке
        [scarf] вашему шарфу
        [hat] вашей шапке
        [glasses] вашим очкам
       *[other] вашему наряду
    }
    .yours = { $category ->
        [t_shirt] Ваша футболка
        [shirt] Ваша рубашка
        [long_sleeve] Ваша кофта
        [outerwear] Ваша куртка
        [dress] Ваше платье
        [trousers] Ваши брюки
        [shorts] Ваши шорты
        [skirt] Ваша юбка
        [scarf] Ваш шарф
        [hat] Ваша шапка
        [glasses] Ваши очки
       *[other] Ваш верх
    }
sees-age-unknown = возраст неясен
age-minor = до 18
age-band = возраст { $band }
gender-female = женщина
gender-male = мужчина

## Attract

attract-step-closer = Подойдите ближе
attract-camera-note = Это зеркало вас видит. Изображение остаётся здесь.
attract-welcome-title = Заходите
attract-welcome-body = Рады вас видеть. Осмотритесь и спрашивайте о чём угодно.

## Somebody came

noticed-title = Здравствуйте
noticed-body = Подойдите ближе и увидьте вещь на себе.

## Privacy notice

notice-title = Это зеркало вас видит
notice-body = Оно смотрит на силуэт, одежду и примерные возраст и пол, чтобы показать то, что вам к лицу. Изображение не покидает этот экран, и о вас ничего не сохраняется.
notice-show-looks = Покажите образы
notice-what-it-sees = Что оно видит
notice-camera-off = Без камеры

## Camera chip

camera-on = Камера включена · ничего не храним
camera-off = Камера выключена
camera-lost = Камера пропала, минутку

## Looks

engaged-goes-with = Подходит к { category-name.yours-dative }
engaged-looking = Образы для вас
engaged-nobody = Подойдите чуть ближе
engaged-new-in = Образы с наших вешалок
engaged-wear-it = Примерить
engaged-done = Готово

why-worn = { category-name }, { colour-name } цвет
why-harmony = цвета дружат между собой
why-in-stock-here = есть в магазине
why-in-warehouse = со склада
why-reduced = на { $percent } % дешевле

tryon-stock = { $here ->
    [0] { $warehouse ->
        [0] Пока распродано
       *[other] Здесь нет, на складе { $warehouse }
    }
   *[other] { $warehouse ->
        [0] В магазине { $here }
       *[other] В магазине { $here }, на складе { $warehouse }
    }
}

## A garment or a colour on the shopper

tryon-live-view = Живое изображение, цвет может отличаться
tryon-step-back = Отойдите чуть назад, чтобы увидеть вещь на себе
tryon-guide-come-closer = Подойдите чуть ближе к зеркалу
tryon-guide-step-back = Отодвиньтесь чуть назад, чтобы вас было видно целиком
tryon-guide-face-mirror = Повернитесь лицом к зеркалу
tryon-guide-stand-clear = Встаньте так, чтобы вас ничто не заслоняло
tryon-guide-open-arms = Опустите руки, чуть отведя их от тела
tryon-beside = Вот как выглядит эта вещь
tryon-adult-sizes = Эта вещь есть только во взрослых размерах. Вот как она выглядит.
tryon-no-camera = Без камеры: сама вещь
tryon-more-looks = Ещё образы
tryon-back-to-mine = Вернуть моё
tryon-your-garment-in = { category-name.yours }: { colour-name } цвет

## What the mirror sees

sees-title = Что я вижу и что храню
sees-picture-what = Изображение
sees-picture-fate = забываю 30 раз в секунду
sees-outline-what = Ваш силуэт и одежда
sees-outline-fate = пока вы не отойдёте
sees-age-what = Возрастная группа и пол, догадка
sees-age-fate = пока вы не отойдёте
sees-count-what = Для магазина: ещё один посетитель в группе не меньше пяти
sees-count-fate = считаем
sees-understood = Понятно
worn-garment = { category-name } · { colour-name }
sees-body-unknown = одежду не разглядеть

## Feedback and farewell

feedback-title = Как вам?
feedback-thanks = Спасибо
feedback-worst = Не моё
feedback-best = Отлично
feedback-wiped-soon = Ваши образы сейчас сотрутся
farewell-title = До встречи
farewell-body = Всё, что было в этот визит, стёрто.

## Idle warning

idle-title = Вы ещё здесь?
idle-body = Если нет, я сотру ваши образы для следующего посетителя.
idle-still-here = Я ещё здесь
idle-done = Готово
