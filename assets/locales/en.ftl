# Words on the glass, English. Short, warm, concrete, honest.
# $category and $colour are words such as t_shirt and navy; $here and $warehouse are numbers of pieces.

language-name = English

## What people wear and who they seem to be

colour-name = { $colour ->
    [black] black
    [charcoal] charcoal
    [grey] grey
    [white] white
    [cream] cream
    [beige] beige
    [brown] brown
    [red] red
    [bordeaux] bordeaux
    [orange] orange
    [yellow] yellow
    [olive] olive
    [green] green
    [teal] teal
    [light_blue] light blue
    [blue] blue
    [navy] navy
    [purple] purple
    [pink] pink
   *[other] coloured
}
category-name = { $category ->
    [t_shirt] T-shirt
    [shirt] shirt
    [long_sleeve] long-sleeve top
    [outerwear] jacket
    [dress] dress
    [trousers] trousers
    [shorts] shorts
    [skirt] skirt
    [scarf] scarf
    [hat] hat
    [glasses] glasses
   *[other] top
}
sees-age-unknown = age not sure
age-minor = under 18
age-band = age { $band }
gender-female = woman
gender-male = man

## Attract

attract-step-closer = Step closer
attract-camera-note = This mirror can see you. The picture stays here.
attract-welcome-title = Come on in
attract-welcome-body = Good to see you. Have a look around, and ask us anything.

## Somebody came

noticed-title = Hello
noticed-body = Step closer and see it on you.

## Privacy notice

notice-title = This mirror can see you
notice-body = It looks at your outline, your clothes and your rough age and sex to show looks that suit you. The picture never leaves this screen and nothing about you is kept.
notice-show-looks = Show me looks
notice-what-it-sees = What it sees
notice-camera-off = Camera off

## Camera chip

camera-on = Camera on · nothing kept
camera-off = Camera off
camera-lost = Camera lost, one moment

## Looks

engaged-goes-with = Goes with your { colour-name } { category-name }
engaged-looking = Looks for you
engaged-nobody = Step a little closer
engaged-new-in = Looks from our rails
engaged-wear-it = Wear it
engaged-done = I am done

why-worn = { category-name }, { colour-name }
why-harmony = colours that get along
why-in-stock-here = in stock here
why-in-warehouse = from the warehouse
why-reduced = { $percent } % less

tryon-stock = { $here ->
    [0] { $warehouse ->
        [0] Sold out for now
       *[other] None here, { $warehouse } in the warehouse
    }
   *[other] { $warehouse ->
        [0] { $here } here
       *[other] { $here } here, { $warehouse } in the warehouse
    }
}

## A garment or a colour on the shopper

tryon-live-view = Live view, colour may differ
tryon-step-back = Step back a little, so that I can see it on you
tryon-guide-come-closer = Come a little closer to the mirror
tryon-guide-step-back = Move back a little, so that all of you is seen
tryon-guide-face-mirror = Turn to face the mirror
tryon-guide-stand-clear = Come into clear view, with nothing in front of you
tryon-guide-open-arms = Let your arms hang a little away from your body
tryon-beside = Here is how it looks
tryon-adult-sizes = This one comes in adult sizes. Here is how it looks.
tryon-no-camera = Camera off: the garment by itself
tryon-more-looks = More looks
tryon-back-to-mine = Back to mine
tryon-your-garment-in = Your { category-name }, in { colour-name }

## What the mirror sees

sees-title = What I see, and what I keep
sees-picture-what = The picture
sees-picture-fate = forgotten 30 times a second
sees-outline-what = Your outline and clothes
sees-outline-fate = until you step away
sees-age-what = Age group and sex, a guess
sees-age-fate = until you step away
sees-count-what = For the shop: one more visitor in a group of at least five
sees-count-fate = counted
sees-understood = Understood
worn-garment = { category-name } · { colour-name }
sees-body-unknown = clothes not sure

## Feedback and farewell

feedback-title = How did it feel?
feedback-thanks = Thank you
feedback-worst = Not for me
feedback-best = Loved it
feedback-wiped-soon = Your looks are wiped in a moment
farewell-title = See you soon
farewell-body = Everything about this visit is wiped.

## Idle warning

idle-title = Still there?
idle-body = If not, I wipe your looks for the next visitor.
idle-still-here = I am still here
idle-done = I am done
