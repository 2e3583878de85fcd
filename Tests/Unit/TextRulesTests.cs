using CollabHub.Domain.Invitations;
using CollabHub.Domain.Text;

namespace CollabHub.Tests.Unit;

public class TextRulesTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("  two\nlines\t ", "two\nlines")]
    [InlineData("Cafe\u0301 👩\u200d💻", "Caf\u00e9 👩\u200d💻")]
    [InlineData("  ", null)]
    [InlineData(null, null)]
    public void Free_text_is_trimmed_and_composed(string? text, string? expected)
    {
        Assert.True(TextRules.TryText(text, 100, out var clean));
        Assert.Equal(expected, clean);
    }

    [Theory]
    [InlineData("nul\0")]
    [InlineData("bell\a")]
    [InlineData("carriage\rreturn")]
    [InlineData("turn\u202eed")]
    [InlineData("iso\u2066late")]
    [InlineData("line\u2028separator")]
    [InlineData("not a character \uffff")]
    [InlineData("11 letters!")]
    public void Control_direction_and_broken_characters_and_too_much_are_refused(string text) =>
        Assert.False(TextRules.TryText(text, 10, out _));

    [Fact]
    public void Half_a_character_is_refused()
    {
        var whole = "👩";
        Assert.True(TextRules.IsPlain(whole, multiline: false));
        Assert.False(TextRules.IsPlain(whole.AsSpan(0, 1), multiline: false));
        Assert.False(TextRules.IsPlain(whole.AsSpan(1), multiline: false));
    }

    [Theory]
    [InlineData("Hello, please look at the parser.", true)]
    [InlineData("run main.py and app.rs; see e.g. line 3.", true)]
    [InlineData("http://x", false)]
    [InlineData("HTTPS://X.example", false)]
    [InlineData("ftp://x", false)]
    [InlineData("Www.example", false)]
    [InlineData("mailto:a", false)]
    [InlineData("login at bank.com", false)]
    [InlineData("t.co/abc", false)]
    [InlineData("two\nlines", false)]
    public void A_message_has_no_links(string message, bool acceptable) => Assert.Equal(acceptable, MessageText.IsAcceptable(message));

    [Fact]
    public void A_message_has_at_most_five_hundred_characters()
    {
        Assert.True(MessageText.IsAcceptable(new string('x', 500)));
        Assert.False(MessageText.IsAcceptable(new string('x', 501)));
    }
}
