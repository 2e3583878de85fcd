using CollabHub.Domain.Accounts;

namespace CollabHub.Tests.Unit.Accounts;

public class PasswordRulesTests
{
    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("an entirely new one")]
    [InlineData("пароль из многих слов")]
    [InlineData("🐎🔋📎🐎🔋📎 horse!")]
    [InlineData("kT9$wq!mZ2#p")]
    public void A_long_password_of_any_kind_is_taken(string password) => Assert.Null(PasswordRules.Problem(password));

    [Theory]
    [InlineData("short")]
    [InlineData("elevenchars")]
    public void A_short_one_is_refused(string password) => Assert.Contains("12 to 128", PasswordRules.Problem(password), StringComparison.Ordinal);

    [Fact]
    public void The_longest_is_128_characters_and_nothing_is_cut_off()
    {
        var longest = string.Concat(Enumerable.Range(0, 128).Select(i => (char)('a' + (i * 7 % 26))));
        Assert.Null(PasswordRules.Problem(longest));
        Assert.NotNull(PasswordRules.Problem(longest + "x"));
    }

    [Theory]
    [InlineData("unbelievable")]
    [InlineData("Administrator")]
    [InlineData("1qaz2wsx3edc")]
    [InlineData("password1234")]
    [InlineData("Password123!")]
    [InlineData("!!!monkey123")]
    [InlineData("passwordpassword")]
    [InlineData("letmeinletmein")]
    [InlineData("123456789012")]
    [InlineData("abcdefghijkl")]
    [InlineData("987654321098")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("abababababab")]
    [InlineData("collabhub123")]
    [InlineData("dragon123456789")]
    public void What_everybody_tries_first_is_refused(string password) =>
        Assert.Contains("common", PasswordRules.Problem(password), StringComparison.Ordinal);

    [Theory]
    [InlineData("ada@example.org")]
    [InlineData("Ada@Example.org!")]
    [InlineData("quillfeather1815")]
    [InlineData("1815-quillfeather")]
    public void The_own_names_are_refused(string password) =>
        Assert.Contains("your", PasswordRules.Problem(password, "ada@example.org", "quillfeather"), StringComparison.Ordinal);

    [Fact]
    public void A_sentence_that_has_the_own_name_in_it_is_taken() => Assert.Null(PasswordRules.Problem("quillfeather wrote the first program", "quillfeather"));

    [Fact]
    public void The_same_password_from_another_keyboard_is_the_same() =>
        Assert.Equal(PasswordRules.Clean("caf\u00e9 au lait noir"), PasswordRules.Clean("cafe\u0301 au lait noir"));
}
