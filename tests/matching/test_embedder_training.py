"""From open data to a model: sources, pairs, and that the same seed gives the same model."""

import gzip
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
import torch
from django.core.management import CommandError, call_command

from matching.embedder.training.dictionaries import read_dictd, read_wordnet
from matching.embedder.training.loop import _Contrast, draw_pairs
from matching.embedder.training.sources import (
    Corpus,
    Group,
    Link,
    add_competent,
    gender_forms,
    in_evaluated_fold,
    read_esco,
)
from tests.matching.embedder_models import CONFIG, small_corpus, small_model


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    first = (small_model() / "model.safetensors").read_bytes()
    small_model.cache_clear()
    assert (small_model() / "model.safetensors").read_bytes() == first
    assert (small_model(8) / "model.safetensors").read_bytes() != first


def test_gender_forms_are_texts_of_their_own():
    assert gender_forms("vendeur/vendeuse") == ["vendeur/vendeuse", "vendeur", "vendeuse"]
    assert gender_forms("CI/CD") == ["CI/CD"]


def test_pairs_are_two_texts_of_one_group_and_prefer_another_language():
    corpus = small_corpus()
    anchors, partners = next(
        draw_pairs(corpus, np.ones(len(corpus.texts)), 200, CONFIG, np.random.default_rng(1))
    )
    assert (corpus.group[anchors] == corpus.group[partners]).all()
    assert (anchors != partners).all()
    assert (corpus.language[anchors] != corpus.language[partners]).mean() > 0.95


def test_part_of_a_batch_comes_from_few_families():
    groups = [Group([(f"a{n}", "nl"), (f"b{n}", "en")], family=f"f{n % 40}") for n in range(400)]
    corpus = Corpus.of(groups)
    config = CONFIG.__class__(family_share=0.5, family_size=16)
    weights = np.ones(len(corpus.texts))
    anchors, _ = next(draw_pairs(corpus, weights, 64, config, np.random.default_rng(1)))
    families = np.bincount(corpus.family[corpus.group[anchors]], minlength=40)
    assert np.sort(families)[-2:].sum() >= 28  # 32 of the 64 come from two seeds


def test_the_loss_and_its_gradient_are_those_of_cross_entropy():
    torch.manual_seed(0)
    left, right = (torch.nn.functional.normalize(torch.randn(40, 8), dim=1).requires_grad_() for _ in "ab")
    group = np.random.default_rng(0).integers(0, 25, 40)
    loss = _Contrast.apply(left, right, group, 20.0)
    loss.backward()
    mine = left.grad.clone(), right.grad.clone()
    left.grad = right.grad = None
    names = torch.from_numpy(group)
    same = (names[:, None] == names[None, :]).fill_diagonal_(False)
    scores = (20 * left @ right.T).masked_fill(same, -1e4)
    entropy, target = torch.nn.functional.cross_entropy, torch.arange(40)
    expected = (entropy(scores, target) + entropy(scores.T, target)) / 2
    expected.backward()
    assert loss.item() == pytest.approx(expected.item(), abs=1e-5)
    for kept, leaf in zip(mine, (left, right), strict=True):
        assert torch.allclose(kept, leaf.grad, atol=1e-6)  # type: ignore[arg-type]


def test_links_of_the_evaluated_fold_and_loose_ones_are_not_learned():
    inside = next(f"K-{n}" for n in range(99) if in_evaluated_fold(f"K-{n}", 5))
    outside = next(f"K-{n}" for n in range(99) if not in_evaluated_fold(f"K-{n}", 5))
    groups = {"u": Group([("metallurgie", "nl")])}
    links = [
        Link(inside, "geheim", "secret", "exactMatch", "u"),
        Link(outside, "los", "vague", "broadMatch", "u"),
        Link(outside, "metallografie", "métallographie", "closeMatch", "u"),
    ]
    add_competent(groups, links, 5)
    assert [text for text, _ in groups["u"].labels] == ["metallurgie", "metallografie", "métallographie"]
    assert groups[f"competent:{inside}"].labels == [("geheim", "nl"), ("secret", "fr")]


def _write_dictionary(folder: Path, entries: list[str]) -> Path:
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    index, offset = [], 0
    for entry in entries:
        size = len(entry.encode())
        index.append(f"{entry.split()[0]}\t{_base64(offset, digits)}\t{_base64(size, digits)}")
        offset += size
    (folder / "freedict-nld-eng.index").write_text("\n".join(index), encoding="utf-8")
    (folder / "freedict-nld-eng.dict.dz").write_bytes(gzip.compress("".join(entries).encode()))
    return folder / "freedict-nld-eng"


def _base64(value: int, digits: str) -> str:
    return (_base64(value // 64, digits) if value >= 64 else "") + digits[value % 64]


def test_dictionaries_give_headwords_and_meanings_without_notes(tmp_path):
    stem = _write_dictionary(
        tmp_path,
        [
            "besluit /bəslœyt/\n1. decision, resolution <n>\n2. end [archaic]\n",
            'looien <v>\ntan\n      "huiden looien" - tan hides\n',
            "een hele lange uitdrukking is dit\nsaying\n",
        ],
    )
    assert list(read_dictd(stem)) == [("besluit", ["decision", "resolution", "end"]), ("looien", ["tan"])]


def test_wordnet_gives_words_and_the_first_gloss(tmp_path):
    for part in ("noun", "verb", "adj", "adv"):
        (tmp_path / f"data.{part}").write_text("  1 licence\n")
    (tmp_path / "data.noun").write_text(
        '  1 licence\n00002684 03 n 02 object 0 physical_object 0 001 @ 00001930 n 0000 | a thing; "a car"\n'
    )
    assert list(read_wordnet(tmp_path)) == [(["object", "physical object"], "a thing")]


def _write_esco(folder: Path) -> Path:
    columns = "uri,skillType,reuseLevel," + ",".join(
        f"{kind}_{code}" for code in ("en", "nl", "fr", "de") for kind in ("pref", "alt", "desc")
    )
    rows = [
        f"s:{n},skill,x,weld metal {n},join metal {n} | solder {n},To join metals of kind {n} by heat.,"
        f"metaal lassen {n},,,souder {n},,,Metall schweißen {n},,"
        for n in range(30)
    ]
    (folder / "skills.csv").write_text("\n".join([columns, *rows]), encoding="utf-8")
    (folder / "occupations.csv").write_text(columns + ",iscoGroup\n", encoding="utf-8")
    (folder / "skill_broader.csv").write_text("conceptUri,broaderUri\ns:0,g:1\ns:0,g:2\n", encoding="utf-8")
    return folder


def test_esco_concepts_are_read_with_labels_descriptions_and_family(tmp_path):
    group = read_esco(_write_esco(tmp_path))["s:0"]
    assert ("metaal lassen 0", "nl") in group.labels
    assert ("solder 0", "en") in group.labels
    assert group.descriptions == [("To join metals of kind 0 by heat.", "en")]
    assert group.family == "g:1"


def test_the_command_trains_from_a_folder_and_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "matching.embedder.training.config.TrainingConfig", lambda: CONFIG.__class__(**_small())
    )
    esco, out = tmp_path / "esco", tmp_path / "model"
    esco.mkdir()
    arguments = "--out", str(out), "--steps", "3", "--seed", "1"
    call_command("train_embedder", "--esco", str(_write_esco(esco)), *arguments, stdout=StringIO())
    assert (out / "model.safetensors").exists()
    with pytest.raises(CommandError, match=r"skill_broader\.csv"):
        call_command("train_embedder", "--esco", str(tmp_path), *arguments)


def _small() -> dict:
    return {name: getattr(CONFIG, name) for name in CONFIG.__slots__}
