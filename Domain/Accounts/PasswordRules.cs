using System.Text;

namespace CollabHub.Domain.Accounts;

/// <summary>Which passwords are taken: 12 to 128 characters of any kind, not common, not the account's own names.</summary>
public static class PasswordRules
{
    /// <summary>Fewest characters.</summary>
    public const int MinLength = 12;

    /// <summary>Most characters.</summary>
    public const int MaxLength = 128;

    /// <summary>What is wrong, as the end of a sentence about the field, or null.</summary>
    /// <param name="password">As <see cref="Clean"/> returns it.</param>
    /// <param name="own">The account's e-mail address and names; a password made of one of them is refused.</param>
    public static string? Problem(string password, params IEnumerable<string?> own)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (password.Length is < MinLength or > MaxLength) return $"must have {MinLength} to {MaxLength} characters";
        if (CommonPasswords.Covers(password)) return "is too common; take something that nobody else would";
        return own.Any(name => IsMadeOf(password, name)) ? "must not be your e-mail address or name" : null;
    }

    /// <summary>The same password typed on another system: Unicode NFC.</summary>
    public static string Clean(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        try
        {
            return password.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return password; // lone surrogates have no normal form; as they are they hash all the same
        }
    }

    private static bool IsMadeOf(string password, string? name)
    {
        if (name is not { Length: >= 4 }) return false;
        var rest = password.Replace(name, "", StringComparison.OrdinalIgnoreCase);
        var local = name.Split('@')[0];
        if (local.Length >= 4) rest = rest.Replace(local, "", StringComparison.OrdinalIgnoreCase);
        return rest.Length < password.Length && CommonPasswords.IsPadding(rest);
    }
}
