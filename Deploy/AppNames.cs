using System.Globalization;
using CollabHub.Domain;

namespace CollabHub.Deploy;

/// <summary>What the parts of a deployment are called on the engine: the same whoever asks, so that repeating harms nothing.</summary>
internal static class AppNames
{
    /// <summary>What every bridge of ours begins with; the firewall rule goes by it.</summary>
    public const string BridgePrefix = "chd";

    public const string InstallationLabel = Ours + "installation";
    public const string DeploymentLabel = Ours + "deployment";
    public const string GenerationLabel = Ours + "generation";
    public const string PartLabel = Ours + "part";
    public const string AppPart = "app";

    private const string Ours = "collabhub.";
    private const int BridgeDigits = 12;

    public static string Of(DeploymentId deployment) => "collabhub-" + deployment;

    public static string OfPart(DeploymentId deployment, string part) => $"{Of(deployment)}-{part}";

    /// <summary>The last digits of the id, which are random: interface names have at most 15 characters.</summary>
    public static string BridgeOf(DeploymentId deployment) => BridgePrefix + deployment.Value.ToString("N")[^BridgeDigits..];

    public static Dictionary<string, string> Labels(string installation, DeploymentId deployment, string part, int generation = 0) => new()
    {
        [InstallationLabel] = installation, [DeploymentLabel] = deployment.ToString(), [PartLabel] = part,
        [GenerationLabel] = generation.ToString(CultureInfo.InvariantCulture),
    };

    public static DeploymentId? DeploymentOf(IDictionary<string, string>? labels) =>
        labels is not null && labels.TryGetValue(DeploymentLabel, out var text) && Guid.TryParseExact(text, "D", out var id) ? new DeploymentId(id) : null;

    public static int GenerationOf(IDictionary<string, string> labels) =>
        labels.TryGetValue(GenerationLabel, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
