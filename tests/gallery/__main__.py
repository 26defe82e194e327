"""Writes what the pages show: pictures and messages of the demo company, and the app's link."""

from tests.bot.demo_company import demo_answers, unclosed_demo_store
from tests.gallery.alerts import provisional_notice
from tests.gallery.link import README, with_link
from tests.gallery.messages import PAGE, page
from tests.gallery.pictures import ANSWER, DIGEST, answer_picture, digest_picture, with_words

if __name__ == "__main__":
    with unclosed_demo_store() as (store, close):
        early = provisional_notice(demo_answers(store))
        close()
        answers = demo_answers(store)
        ANSWER.write_text(answer_picture(answers), encoding="utf-8")
        DIGEST.write_bytes(with_words(digest_picture(answers)))
        PAGE.write_text(page(store, early), encoding="utf-8")
        README.write_text(with_link(README.read_text(encoding="utf-8")), encoding="utf-8")
