namespace CollabHub.Domain.Presence;

/// <summary>The colour that stands for a person everywhere; the same on every node without asking.</summary>
/// <param name="Color">Of the cursor; at least 4.5:1 against white text.</param>
/// <param name="Light">Of the selection: the same with 20 % opacity.</param>
public sealed record PersonColor(string Color, string Light)
{
    private static readonly string[] Palette =
    [
        "#b4342d", "#a8500b", "#8a6400", "#5a7302", "#2e7d32", "#0b7a6b", "#0a7490", "#1668b8", "#4a56c4", "#7146b8", "#9a3a9e", "#b0306a",
    ];

    /// <summary>The colour of an account, chosen by its id.</summary>
    public static PersonColor Of(UserId user)
    {
        Span<byte> bytes = stackalloc byte[16];
        user.Value.TryWriteBytes(bytes);
        // The last bytes are random in every kind of id; the first are time in version 7.
        var color = Palette[bytes[15] % Palette.Length];
        return new PersonColor(color, color + "33");
    }
}
