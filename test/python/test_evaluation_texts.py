"""What is measured on texts alone gives known answers: chance for the same, near certainty for another author.

    .venv/bin/python -m unittest discover -s test/python -p test_evaluation_texts.py
"""

import unittest
from types import SimpleNamespace

import talks
from evaluation import degeneration, messages, overlap, style, two_sample, verifier
from evaluation.contexts import Reply
from evaluation.over_time import earlier_and_later

def said_by(persona, count=40, seed=0, **words):
    """(text, conversation, bubbles) of all turns of the persona, or of everybody else."""
    spoken = enumerate(talks.conversations(count, seed, **words))
    return [("\n".join(bubbles), talk, bubbles) for talk, turns in spoken for who, bubbles in turns if (who == "Ana") == persona]


def texts_of(said):
    return [(text, talk) for text, talk, _ in said]


class TwoSample(unittest.TestCase):
    def test_the_same_replies_cannot_be_told_apart(self):
        own = texts_of(said_by(True))
        self.assertEqual(two_sample.accuracy(own, own)["value"], 0.5)

    def test_other_replies_of_the_same_person_are_told_apart_by_chance_alone(self):
        found = two_sample.accuracy(texts_of(said_by(True, seed=1)), [(text, 100 + c) for text, c in texts_of(said_by(True, seed=2))])
        self.assertTrue(found["low"] < 0.5 < found["high"], found)

    def test_another_author_is_told_apart_nearly_always(self):
        self.assertGreater(two_sample.accuracy(texts_of(said_by(True)), texts_of(said_by(False)))["value"], 0.98)

    def test_of_too_few_replies_nothing_is_said(self):
        own = texts_of(said_by(True))
        with self.assertRaisesRegex(two_sample.TooFew, "at least 30 of each"):
            two_sample.accuracy(own[:29], own)
        with self.assertRaisesRegex(two_sample.TooFew, "from 3 conversations, and it takes at least 5"):
            two_sample.accuracy([(text, talk % 3) for text, talk in own], own)


class OverTime(unittest.TestCase):
    def halves(self, *chats):
        """Of conversations, each named by the people in it; two replies each."""
        turns = lambda people: [SimpleNamespace(speaker=name, is_persona=name == "Ana") for name in ["Ana", *people.split()]]
        replies = [SimpleNamespace(conversation=number, before=turns(people)) for number, people in enumerate(chats) for _ in range(2)]
        return [sorted({reply.conversation for reply in half}) for half in earlier_and_later(replies)]

    def test_each_chat_gives_its_first_half_to_one_side_and_its_last_to_the_other(self):
        self.assertEqual(self.halves("Ben", "Ben", "Cem", "Cem", "Cem", "Cem"), [[0, 2, 3], [1, 4, 5]])

    def test_what_is_in_the_middle_goes_to_either_side_in_turn(self):
        self.assertEqual(self.halves("Ben", "Cem", "Dan", "Dan", "Dan", "Eve"), [[0, 2, 3], [1, 4, 5]])

    def test_in_a_group_not_everybody_speaks_each_time(self):
        self.assertEqual(self.halves("Ben Cem", "Cem Dan", "Dan", "Dan", "Ben Cem", "Ben"), [[0, 2, 4], [1, 3, 5]])

    def test_of_no_reply_there_are_no_halves(self):
        self.assertEqual(self.halves(), [[], []])

    def test_who_has_changed_is_told_from_who_they_were_and_not_by_whom_they_write_to(self):
        reply = lambda chat, at, text: Reply(10 * chat + at, 0, [], [], [text], [SimpleNamespace(speaker=f"Friend of {chat}", is_persona=False)])
        told = lambda word: two_sample.accuracy(
            *([(each.text, each.conversation) for each in half] for half in earlier_and_later(
                [reply(chat, at, f"{word(chat, at)} {i}") for chat in range(10) for at in range(4) for i in range(5)]
            ))
        )["value"]
        self.assertGreater(told(lambda chat, at: "lol" if at < 2 else "indeed"), 0.98)
        self.assertLess(told(lambda chat, at: f"about {chat}"), 0.6)


class Verifier(unittest.TestCase):
    def test_the_persona_is_known_again_and_friends_are_not(self):
        asked = {"real": [text for text, *_ in said_by(True, seed=3)], "friends": [text for text, *_ in said_by(False, seed=3)]}
        for found in verifier.verify(texts_of(said_by(True)), texts_of(said_by(False)), asked):
            for bag in found["bags"]:
                self.assertGreater(bag["real"], 0.9, found)
                self.assertLess(bag["friends"], 0.1, found)

    def test_who_writes_like_the_persona_half_the_time_is_known_better_by_more_replies(self):
        mixed = [text for text, *_ in said_by(True, seed=4)] + [text for text, *_ in said_by(True, seed=5)]
        mixed += [text for text, *_ in said_by(False, seed=4)]
        ngrams, _ = verifier.verify(texts_of(said_by(True)), texts_of(said_by(False)), {"run": mixed})
        shares = [bag["run"] for bag in ngrams["bags"]]
        self.assertAlmostEqual(shares[0], 2 / 3, delta=0.05)
        self.assertGreater(shares[-1], 0.85)

    def test_without_enough_replies_there_is_no_bag_and_no_verifier(self):
        few = [text for text, *_ in said_by(True)][:7]
        found = verifier.verify(texts_of(said_by(True)), texts_of(said_by(False)), {"run": few})
        self.assertEqual([bag["run"] is None for bag in found[0]["bags"]], [False, False, True, True])
        with self.assertRaisesRegex(verifier.TooFew, "3 replies of the persona"):
            verifier.verify(texts_of(said_by(True))[:3], texts_of(said_by(False)), {})


class Style(unittest.TestCase):
    def test_the_same_replies_are_nowhere_apart_and_another_author_in_every_habit(self):
        own, others = ([bubbles for *_, bubbles in said_by(persona)] for persona in (True, False))
        same, apart = style.distances(own, own), style.distances(own, others)
        self.assertEqual(set(same.values()), {0.0})
        for name in ("length", "bubbles", "capitals", "elongations", "how bubbles begin", "three letters"):
            self.assertGreater(apart[name], 0.2, name)

    def test_the_persons_own_halves_are_nearer_than_another_author(self):
        own = [(bubbles, talk) for _, talk, bubbles in said_by(True)]
        halves = style.own_halves(own, 60)
        apart = style.distances([bubbles for bubbles, _ in own], [bubbles for *_, bubbles in said_by(False)])
        self.assertLess(halves["length"], apart["length"] / 3)
        self.assertLess(halves["three letters"], apart["three letters"] / 2)
        self.assertIsNone(style.own_halves(own[:2], 60))


class Degeneration(unittest.TestCase):
    def test_each_fault_is_counted(self):
        replies = [(["i like tea and i like tea and cake"], True), (["yes", "yes"], True), ([], True), (["call [phone 2]"], False)]
        replies += [(["hm", "Ben:", "so"], True), (["hm"], True), (["hm"], True), (["20:15:"], True)]
        rates = degeneration.rates(replies)
        self.assertEqual(rates["repeats itself"], 2 / 8)
        self.assertEqual(rates["same as another reply"], 2 / 8)
        for name in ("empty", "does not end", "speaks for others", "holds a placeholder"):
            self.assertEqual(rates[name], 1 / 8, name)

    def test_a_parrot_is_poorer_in_words_than_people(self):
        people = degeneration.rates([(bubbles, True) for *_, bubbles in said_by(True)])
        parrot = degeneration.rates([(["yes of course"], True)] * 160)
        self.assertLess(parrot["distinct pairs of words"], people["distinct pairs of words"] / 5)


class Overlap(unittest.TestCase):
    training = [
        (0, "My grandmother kept eleven geese behind the old mill near Évora."),
        (1, "what do you think about that then"),
        (2, "What do you think about that, then?"),
        (3, "nothing"),
    ]

    def found(self, *texts):
        return overlap.overlaps({"run": texts}, iter(self.training))["run"]

    def test_copies_are_found_by_their_length_also_in_other_letters(self):
        found = self.found("hey MY GRANDMOTHER KEPT eleven geese — behind the old mill near evora", "my grandmother kept eleven geese")
        self.assertEqual([found[name] for name in ("six", "eight", "twelve", "replies")], [1, 1, 0, 2])
        self.assertEqual(found["rare"], {"six": 1, "eight": 1, "twelve": 0})

    def test_scripts_without_spaces_are_compared_by_their_characters_and_marks_end_no_word(self):
        self.assertEqual(overlap.words_of("今日は、寒い"), list("今日は寒い"))
        self.assertEqual(overlap.words_of("ครับ ok"), ["ค", "ร", "บ", "ok"])
        self.assertEqual(len(overlap.words_of("नमस्ते दुनिया")), 2)
        said = "明日の夜に駅の前で待っています"
        found = overlap.overlaps({"copies": [f"え、{said}よ"], "others": ["昨日は寒かったので家にいた"]}, [(0, said)])
        self.assertEqual((found["copies"]["twelve"], found["others"]["six"]), (1, 0))

    def test_what_is_long_enough_to_be_a_secret_is_so_in_every_script(self):
        long = ["see you at the station", "明日の夜に駅の前で", "see you at 駅前"]
        short = ["see you then", "おはよう", "😂😂😂😂😂😂", "[phone]"]
        self.assertEqual([messages.is_long(text) for text in [*long, *short]], [True] * 3 + [False] * 4)

    def test_what_stands_in_several_conversations_is_not_rare(self):
        found = self.found("and what do you think about that")
        self.assertEqual((found["six"], found["rare"]["six"]), (1, 0))

    def test_new_words_are_no_copy(self):
        self.assertEqual(self.found("my grandfather kept twelve ducks behind a new barn near Lisbon")["six"], 0)
