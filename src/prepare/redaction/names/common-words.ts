/**
 * First names that are also words of everyday sentences, in the languages of many chats: in a text they stay, for
 * "Will you come?" and "Rose is my colour" are not about anybody.
 */
export const nameLikeWords: ReadonlySet<string> = new Set(
  `ace an angel april art ash aspen august autumn ava bay bell berry bill billy blue bond boo brook buck buddy
   candy chance charity chase chip christian chuck cliff clover cookie crystal daisy dash dawn destiny dick
   don drew duke earl east ebony eden ember faith fern fin flora forest fox gay ginger gold grace
   grant gray guy harmony heather heaven herb honey hope hunter island ivy jack jade jasmine jet joy
   june king lake lance lane lark lee lord love march mark mars mason mat max may mercy merry miles mine
   misty moss north nova oak olive ocean page paris pat patience pearl pepper petal poppy precious
   prince princess queen rain raven ray red reed reef rich river robin rock rose rosemary ruby sage skip
   sky sol sonny star storm summer sunny sunshine tab tad tiger tim tin trace true van victor victory
   violet west will willow win winter woody young alegria amada ambar angelo azul bem branca canto clara
   claro consuelo cruz dolores domingo esperança esperanza estrela estrella felicidade flor franco gloria
   glória graça gracia guerra jacinto jasmim leão linda lindo lua luna luz mar mara milagros paz pilar pia
   preciosa primavera real reis rocha rosa rosario santo santos soledad valente vera vida violeta vitória
   victoria aimé ange constant désiré fleur france juste lys marine parfait fee mai
   stern bella felice fiore grazia sara deniz aslan can umut barış güneş yağmur cem ece su вера
   любовь надежда слава роман майя лев мир света рада злата sen ani ona ono ten era ema una uno do da
   de la le el`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

/** What is a name with its accents only ("Tomás", "Léa") and a word of a sentence without them. */
export const ordinaryWithoutAccents: ReadonlySet<string> = new Set(
  "aime ame daria desire jesus lea lois mae mia sera tomas vitoria".split(" "),
);
