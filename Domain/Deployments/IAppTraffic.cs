namespace CollabHub.Domain.Deployments;

/// <summary>What passes through this node's proxy right now.</summary>
public interface IAppTraffic
{
    /// <summary>Whether the app is answering a request of this node; open sockets do not count, they may last for ever.</summary>
    bool IsAnswering(DeploymentId app);
}
