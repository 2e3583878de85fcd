using CollabHub.Domain.Accounts;

namespace CollabHub.Tests.Unit.Accounts;

public class EmailAddressTests
{
    [Theory]
    [InlineData("ada@example.org", "ada@example.org")]
    [InlineData("Ada.Lovelace+tag@EXAMPLE.Org", "Ada.Lovelace+tag@example.org")]
    [InlineData("ada@münchen.de", "ada@xn--mnchen-3ya.de")]
    public void A_plain_address_is_stored_with_its_domain_in_lower_case_ascii(string given, string stored) =>
        Assert.Equal(stored, EmailAddress.Normalize(given));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("a@b")]
    [InlineData("@example.org")]
    [InlineData("ada@")]
    [InlineData("ada@@example.org")]
    [InlineData("ada@exa mple.org")]
    [InlineData(" ada@example.org")]
    [InlineData("ada@example.org ")]
    [InlineData("Ada <ada@example.org>")]
    [InlineData("\"ada\"@example.org")]
    [InlineData("ada@example.org\r\nBcc: eve@example.org")]
    [InlineData("ada@example.org,eve@example.org")]
    [InlineData("ada\0@example.org")]
    [InlineData("аda@example.org")]
    [InlineData("ada@-example.org")]
    [InlineData("ada@[127.0.0.1]")]
    public void Anything_else_is_refused(string? given) => Assert.Null(EmailAddress.Normalize(given));

    [Fact]
    public void An_address_over_255_characters_is_refused()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 60), 4)) + ".org";
        Assert.Null(EmailAddress.Normalize("somebodywithalongname@" + domain));
        Assert.Null(EmailAddress.Normalize(new string('a', 65) + "@example.org"));
    }
}
