"""The template engine and the components every page is made of."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from jinja2.exceptions import UndefinedError
from litestar.exceptions import ImproperlyConfiguredException

from inventory.base.actor import Actor
from inventory.organisation.rules import Role
from service.web.charts import bars
from service.web.engine import PageEngine
from service.web.navigation import Way, open_ways

Draw = Callable[..., str]


@pytest.fixture(scope="module")
def engine() -> PageEngine:
    return PageEngine({}, lambda _request: {"locale": "vi"})


@pytest.fixture
def draw(engine: PageEngine) -> Draw:
    """Draw a piece of template in a language."""

    def draw(source: str, locale: str = "vi", **context: Any) -> str:
        imports = "".join(
            f'{{% import "shell/macros/{name}.html" as {name} %}}'
            for name in ("page", "form", "table", "chart")
        )
        return engine.environments[locale].from_string(imports + source).render(**context)

    return draw


def test_what_people_typed_is_never_markup(draw: Draw):
    assert draw("{{ x }}", x="<b>Đặng</b>") == "&lt;b&gt;Đặng&lt;/b&gt;"
    assert "<b>" not in draw('{{ page.notice(_("Moved") ~ x) }}', x="<b>")


def test_a_name_that_is_not_there_is_a_fault(draw: Draw):
    with pytest.raises(UndefinedError):
        draw("{{ nothing }}")


def test_templates_are_files(engine: PageEngine):
    with pytest.raises(ImproperlyConfiguredException):
        engine.render_string("{{ 1 }}", {})


@pytest.mark.parametrize(
    ("source", "vietnamese", "english"),
    [
        ("{{ 4860000000 | money }}", "4.860.000.000\u00a0₫", "4,860,000,000\u00a0VND"),
        ("{{ amount | number }}", "1.234,5", "1,234.5"),
        ("{{ at | datetime }}", "22/11/2026 14:45", "22/11/2026 14:45"),
        ("{{ at | date }}", "22/11/2026", "22/11/2026"),
        ("{{ role | label }}", "Thủ kho", "Warehouse keeper"),
        ('{{ _("Log out") }}', "Đăng xuất", "Log out"),
        ('{{ ("%(name)s x", {"name": amount}) | told }}', "1.234,5 x", "1,234.5 x"),
    ],
)
def test_values_and_words_follow_the_language(
    draw: Draw, source: str, vietnamese: str, english: str
):
    context = {
        "amount": Decimal("1234.50"),
        "at": datetime(2026, 11, 22, 7, 45, tzinfo=UTC),
        "role": Role.KEEPER,
    }
    assert draw(source, "vi", **context) == vietnamese
    assert draw(source, "en", **context) == english


def test_a_field_is_tied_to_its_label_its_hint_and_its_fault(draw: Draw):
    html = draw(
        '{{ form.field("price", "Giá", values, errors, "Số đồng chẵn.") }}',
        values={"price": '"5"'},
        errors={"price": ("The amount must not be negative.", {})},
    )
    assert '<label for="price">Giá</label>' in html
    assert 'value="&#34;5&#34;"' in html
    assert 'aria-describedby="price-hint price-fault"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="price-fault">Số tiền không được là số âm.' in html
    assert " required" in html


def test_a_field_without_a_fault_says_nothing_of_one(draw: Draw):
    html = draw('{{ form.field("note", "Ghi chú", optional=true) }}')
    assert "aria-" not in html
    assert "required" not in html
    assert "(không bắt buộc)" in html


def test_a_choice_that_was_made_is_kept(draw: Draw):
    html = draw('{{ form.select("n", "Số", [(1, "Một"), (2, "Hai")], {"n": "2"}) }}')
    assert re.search(r'value="2" selected>Hai', html)
    assert 'value="1">Một' in html


def test_all_faults_stand_at_the_head_of_the_form(draw: Draw):
    html = draw(
        "{{ form.faults(errors, labels) }}",
        errors={"a": ("This field is required.", {}), "b": ("The value is not valid.", {})},
        labels={"a": "Tên"},
    )
    assert 'href="#a">Tên</a>: Mục này là bắt buộc.' in html
    assert 'href="#b">b</a>' in html
    assert draw("{{ form.faults({}) }}").strip() == ""


def test_an_act_is_confirmed_without_a_script(draw: Draw):
    html = draw('{{ form.confirm("/x", csrf, "Hủy", "Thật không?", "Đồng ý") }}', csrf="[token]")
    assert "<details" in html
    assert 'method="post" action="/x"' in html
    assert "[token]" in html


LIST = (
    '{% call(row, titles) table.table("Danh sách", ["Số", ("Giá", "number")], rows, "Trống") %}'
    '{{ table.name(titles[0], row[0], "/a") }}{{ table.cell(titles[1], row[1], "number") }}'
    "{% endcall %}"
)


def test_every_cell_of_a_list_knows_its_column_for_phones(draw: Draw):
    html = draw(LIST, rows=[("TS-1", "5"), ("TS-2", None)])
    assert '<th scope="row" data-title="Số" class="short"><span><a href="/a">TS-1</a>' in html
    assert html.count('<td data-title="Giá" class="number short">') == 2
    assert "<span>–</span>" in html
    assert "<caption>Danh sách</caption>" in html


def test_a_column_without_a_title_is_no_heading(draw: Draw):
    html = draw(LIST.replace('"Số"', '""'), rows=[("TS-1", "5")])
    assert html.count('<th scope="col"') == 1


def test_an_empty_list_says_so(draw: Draw):
    html = draw(LIST, rows=[])
    assert "Trống" in html
    assert "<table" not in html


def test_a_list_leads_on_by_cursor_and_keeps_the_question(draw: Draw):
    html = draw('{{ table.pager("/lots", "abc", {"q": "đất ở"}, "x") }}')
    assert 'href="/lots?q=%C4%91%E1%BA%A5t+%E1%BB%9F&amp;cursor=abc"' in html or (
        'href="/lots?q=%C4%91%E1%BA%A5t%20%E1%BB%9F&amp;cursor=abc"' in html
    )
    assert "Trang đầu" in html
    assert draw('{{ table.pager("/lots", none) }}').strip() == ""


def test_a_chart_says_its_figures_in_words_too(draw: Draw):
    html = draw('{{ chart.bar_chart("Vòng", [("Nghệ An", 50), ("Cà Mau", 1000)]) }}')
    assert '<rect width="5.0" height="10"/>' in html
    assert "1.000" in html
    assert "<dt>Nghệ An</dt>" in html


def test_the_bars_of_nothing_have_no_length():
    assert [bar.share for bar in bars([("a", 0), ("b", Decimal(0))])] == [0.0, 0.0]
    assert bars([]) == []


def test_the_ways_are_those_that_the_permissions_open():
    ways = [Way("/lots", "Lots", "lots.read"), Way("/flags", "Flags", "flags.read")]
    reader = Actor(1, "A", 1, frozenset({1}), frozenset({"lots.read"}), "web")
    assert [(w.path, w.current) for w in open_ways(ways, reader, "/lots/TS-1")] == [("/lots", True)]
    assert [w.current for w in open_ways(ways, reader, "/lotsofthings")] == [False]
    assert open_ways(ways, None, "/lots") == []
