using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CollabHub.Domain.Security;

/// <summary>A bearer secret of 256 random bits, shown once and stored only as its hash.</summary>
/// <param name="Text">43 characters of URL-safe base64.</param>
/// <param name="Hash">SHA-256 of the text, 64 hex digits; what the tables hold.</param>
public sealed record SecretToken(string Text, string Hash)
{
    /// <summary>A new secret from the system's generator.</summary>
    public static SecretToken Create()
    {
        var text = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return new SecretToken(text, HashOf(text));
    }

    /// <summary>The hash under which a presented secret is looked up.</summary>
    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Hides the secret from logs.</summary>
    public override string ToString() => "SecretToken(…)";
}
