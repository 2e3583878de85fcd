using CollabHub.Domain.Accounts;

namespace CollabHub.Tests.Unit.Accounts;

public class NamesTests
{
    [Theory]
    [InlineData("Ada")]
    [InlineData("Ada <b>Lovelace</b>")]
    [InlineData("李小龍")]
    [InlineData("👩‍👩‍👧‍👦 family")]
    [InlineData("=cmd()")]
    public void Ordinary_text_of_any_script_is_a_name(string name) => Assert.Null(Names.Problem(name));

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a\u001b[31mb")]
    [InlineData("a\u202Eb")]
    [InlineData("a\u2066b")]
    [InlineData("a\u200Bb")]
    [InlineData("a\uFEFFb")]
    [InlineData("a\u2028b")]
    public void What_cannot_be_seen_is_refused(string name) => Assert.Contains("must not contain", Names.Problem(name), StringComparison.Ordinal);

    [Fact]
    public void A_lone_surrogate_is_refused_and_not_an_exception()
    {
        var name = "a" + (char)0xD800 + "b";
        Assert.Equal("must be valid Unicode", Names.Problem(name));
        Assert.Equal(name, Names.Clean(name));
    }

    [Fact]
    public void Length_counts_what_a_reader_counts_but_bounds_bytes_too()
    {
        Assert.Null(Names.Problem(string.Concat(Enumerable.Repeat("é", 100))));
        Assert.NotNull(Names.Problem(new string('a', 101)));
        Assert.NotNull(Names.Problem("a" + new string('\u0301', 10_000)));
        Assert.Null(Names.Problem(new string('a', 255), characters: 255));
    }

    [Theory]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("  Ada  ", "Ada")]
    [InlineData("   ", null)]
    [InlineData(null, null)]
    public void Names_are_kept_in_NFC_without_blanks_around_them(string? given, string? kept) => Assert.Equal(kept, Names.Clean(given));

    [Theory]
    [InlineData("ada", true)]
    [InlineData("a.d-a_1", true)]
    [InlineData("1ada", true)]
    [InlineData("a", false)]
    [InlineData(".ada", false)]
    [InlineData("ada lovelace", false)]
    [InlineData("ada@example", false)]
    [InlineData("аda", false)]
    [InlineData("guest-12345678", false)]
    [InlineData("Guest-me", false)]
    public void User_names_are_plain_ascii_and_not_those_of_guests(string name, bool isGood) => Assert.Equal(isGood, Names.UsernameProblem(name) is null);

    [Fact]
    public void What_is_no_character_is_refused_and_not_thrown_at()
    {
        Assert.Equal("must be valid Unicode", Names.Problem("a\uFFFEb"));
        Assert.Equal("a\uFFFEb", Names.Clean("a\uFFFEb"));
    }
}
