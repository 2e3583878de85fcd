using System.ComponentModel;
using System.Diagnostics;

namespace CollabHub.Deploy;

/// <summary>
/// One rule in the host's firewall: what comes from a bridge of ours and does not answer the host is dropped. An internal network alone still
/// reaches whatever listens on the host's end of its bridge.
/// </summary>
internal sealed class FirewallRule(TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly string[] Rule =
        ["INPUT", "-i", AppNames.BridgePrefix + "+", "-m", "conntrack", "!", "--ctstate", "ESTABLISHED,RELATED", "-j", "DROP"];

    /// <summary>Puts the rule in place unless it is there; null, or why it is not.</summary>
    public async Task<string?> EnsureAsync(CancellationToken ct)
    {
        var problem = await EnsureAsync("iptables", ct);
        // Networks of ours have no IPv6, but a bridge may still have a link-local address.
        if (problem is null && File.Exists("/proc/net/if_inet6")) problem = await EnsureAsync("ip6tables", ct);
        return problem;
    }

    private async Task<string?> EnsureAsync(string program, CancellationToken ct)
    {
        if (await RunAsync(program, ["-w", "2", "-C", .. Rule], ct) is null) return null;
        return await RunAsync(program, ["-w", "2", "-I", .. Rule], ct);
    }

    private async Task<string?> RunAsync(string program, string[] arguments, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            try
            {
                var error = await process.StandardError.ReadToEndAsync(both.Token);
                await process.WaitForExitAsync(both.Token);
                return process.ExitCode == 0 ? null : $"{program}: {error.Trim().ReplaceLineEndings(" ")}";
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                throw;
            }
        }
        catch (Win32Exception exception)
        {
            return $"{program}: {exception.Message}";
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"{program} does not answer";
        }
    }
}
