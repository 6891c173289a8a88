# Słowa na szkle, polski. Krótko, ciepło, konkretnie, uczciwie.

language-name = Polski

## What people wear and who they seem to be

colour-name = { $colour ->
    [black] czarny
    [charcoal] grafitowy
    [grey] szary
    [white] biały
    [cream] kremowy
    [beige] beżowy
    [brown] brązowy
    [red] czerwony
    [bordeaux] bordowy
    [orange] pomarańczowy
    [yellow] żółty
    [olive] oliwkowy
    [green] zielony
    [teal] morski
    [light_blue] błękitny
    [blue] niebieski
    [navy] granatowy
    [purple] fioletowy
    [pink] różowy
   *[other] kolorowy
}
category-name = { $category ->
    [t_shirt] T-shirt
    [shirt] koszula
    [long_sleeve] bluza
    [outerwear] kurtka
    [dress] sukienka
    [trousers] spodnie
    [shorts] szorty
    [skirt] spódnica
    [scarf] szalik
    [hat] czapka
    [glasses] okulary
   *[other] góra
}
    .yours-genitive = { $category ->
        [t_shirt] Twojego T-shirtu
        [shirt] Twojej koszuli
        [long_sleeve] Twojej bluzy
        [outerwear] Twojej kurtki
        [dress] Twojej sukienki
        [trousers] Twoich spodni
        [shorts] Twoich szortów
        [skirt] Twojej spódnicy
        [scarf] Twojego szalika
        [hat] Twojej czapki
        [glasses] Twoich okularów
       *[other] Twojego stroju
    }
    .yours = { $category ->
        [t_shirt] Twój T-shirt
        [shirt] Twoja koszula
        [long_sleeve] Twoja bluza
        [outerwear] Twoja kurtka
        [dress] Twoja sukienka
        [trousers] Twoje spodnie
        [shorts] Twoje szorty
        [skirt] Twoja spódnica
        [scarf] Twój szalik
        [hat] Twoja czapka
        [glasses] Twoje okulary
       *[other] Twoja góra
    }
sees-age-unknown = wiek niepewny
age-minor = poniżej 18
age-band = wiek { $band }
gender-female = kobieta
gender-male = mężczyzna

## Attract

attract-step-closer = Podejdź bliżej
attract-camera-note = To lustro Cię widzi. Obraz zostaje tutaj.
attract-welcome-title = Zapraszamy
attract-welcome-body = Miło Cię widzieć. Rozejrzyj się i pytaj o wszystko.

## Somebody came

noticed-title = Dzień dobry
noticed-body = Podejdź bliżej i zobacz to na sobie.

## Privacy notice

notice-title = To lustro Cię widzi
notice-body = Patrzy na sylwetkę, ubranie oraz przybliżony wiek i płeć, żeby pokazać to, w czym Ci do twarzy. Obraz nie opuszcza tego ekranu i nic o Tobie nie zostaje.
notice-show-looks = Pokaż stylizacje
notice-what-it-sees = Co ono widzi
notice-camera-off = Bez kamery

## Camera chip

camera-on = Kamera działa · nic nie zapisujemy
camera-off = Kamera wyłączona
camera-lost = Brak obrazu, chwileczkę

## Looks

engaged-goes-with = Pasuje do { category-name.yours-genitive }
engaged-looking = Stylizacje dla Ciebie
engaged-nobody = Podejdź trochę bliżej
engaged-new-in = Stylizacje z naszych wieszaków
engaged-wear-it = Przymierz
engaged-done = Gotowe

why-worn = { category-name }, kolor { colour-name }
why-harmony = kolory do pary
why-in-stock-here = jest w sklepie
why-in-warehouse = z magazynu
why-reduced = { $percent } % taniej

tryon-stock = { $here ->
    [0] { $warehouse ->
        [0] Chwilowo wyprzedane
       *[other] Tu brak, w magazynie { $warehouse }
    }
   *[other] { $warehouse ->
        [0] W sklepie { $here }
       *[other] W sklepie { $here }, w magazynie { $warehouse }
    }
}

## A garment or a colour on the shopper

tryon-live-view = Obraz na żywo, kolor może się różnić
tryon-step-back = Cofnij się trochę, a zobaczysz to na sobie
tryon-guide-come-closer = Podejdź trochę bliżej lustra
tryon-guide-step-back = Odsuń się trochę, żeby było widać całą sylwetkę
tryon-guide-face-mirror = Zwróć się przodem do lustra
tryon-guide-stand-clear = Stań tak, żeby nic cię nie zasłaniało
tryon-guide-open-arms = Opuść ręce, lekko odsunięte od ciała
tryon-beside = Tak wygląda to ubranie
tryon-adult-sizes = To ubranie jest w rozmiarach dla dorosłych. Tak wygląda.
tryon-no-camera = Bez kamery: samo ubranie
tryon-more-looks = Więcej stylizacji
tryon-back-to-mine = Wróć do mojego
tryon-your-garment-in = { category-name.yours }: kolor { colour-name }

## What the mirror sees

sees-title = Co widzę i co zostaje
sees-picture-what = Obraz
sees-picture-fate = zapominam 30 razy na sekundę
sees-outline-what = Twoja sylwetka i ubranie
sees-outline-fate = póki nie odejdziesz
sees-age-what = Grupa wieku i płeć, przypuszczenie
sees-age-fate = póki nie odejdziesz
sees-count-what = Dla sklepu: jedna osoba więcej w grupie co najmniej pięciu
sees-count-fate = liczymy
sees-understood = Rozumiem
worn-garment = { category-name } · { colour-name }
sees-body-unknown = ubrania nie widać wyraźnie

## Feedback and farewell

feedback-title = Jak było?
feedback-thanks = Dziękujemy
feedback-worst = Nie dla mnie
feedback-best = Świetnie
feedback-wiped-soon = Twoje stylizacje zaraz znikną
farewell-title = Do zobaczenia
farewell-body = Wszystko z tej wizyty zostało wymazane.

## Idle warning

idle-title = Jesteś tam jeszcze?
idle-body = Jeśli nie, wymażę Twoje stylizacje dla następnej osoby.
idle-still-here = Jeszcze tu jestem
idle-done = Gotowe
