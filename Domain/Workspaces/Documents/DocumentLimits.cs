namespace CollabHub.Domain.Workspaces.Documents;

/// <summary>Bounds of a workspace document.</summary>
/// <param name="SectionBytes">JSON text of one section, UTF-8.</param>
/// <param name="TemplateBytes">Text of all files of a template, UTF-8.</param>
public sealed record DocumentLimits(int SectionBytes = 65_536, long TemplateBytes = 33_554_432)
{
    /// <summary>Members of one patch, at any depth.</summary>
    public const int PatchMembers = 1_000;

    /// <summary>Nesting below a section.</summary>
    public const int Depth = 16;

    /// <summary>UTF-16 units of a member's name.</summary>
    public const int KeyLength = 100;

    /// <summary>Tags of one workspace.</summary>
    public const int Tags = 20;

    /// <summary>Characters of one tag.</summary>
    public const int TagLength = 40;

    /// <summary>Variables and secrets of one workspace.</summary>
    public const int Variables = 100;

    /// <summary>UTF-8 bytes of a variable's value.</summary>
    public const int VariableBytes = 8_192;
}
