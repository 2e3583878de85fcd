using System.Security.Cryptography;
using CollabHub.Domain.Access;
using CollabHub.Domain.Cluster;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Limits;
using CollabHub.Domain.Operations;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Options;
using CollabHub.Persistence.Redis;
using Microsoft.AspNetCore.SignalR;
using Microsoft.IdentityModel.Tokens;
using StackExchange.Redis;

namespace CollabHub.Hubs.Cluster;

/// <summary>This node among others: over Redis when it is configured, alone otherwise.</summary>
public static class ClusterRegistration
{
    private const int KeyBytes = 32;

    /// <summary>Registers buses, membership and, in a cluster, Redis.</summary>
    public static void AddCluster(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        // Unique for each run: what a former run said must not be taken for this one's.
        var node = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        builder.Services
            .AddSingleton(new ClusterOptions { Name = NameOf(settings, builder.Configuration), IsAlone = !settings.IsCluster })
            .AddSingleton<ClusterMembership>()
            .AddSingleton<INodeRegistry>(services => services.GetRequiredService<ClusterMembership>())
            .AddSingleton<NodeMeter>();
        if (settings.ConnectionStrings.Redis is not { } redis)
        {
            builder.Services
                .AddSingleton<IRoomBus>(new InProcessRoomBus(new InProcessRoomBus.Exchange(), node))
                .AddSingleton<IClusterBus>(new InProcessClusterBus(new InProcessClusterBus.Exchange(), node))
                .AddSingleton<IAccessLease, SingleNodeLease>();
            return;
        }
        builder.Services
            .AddSingleton<RedisLog>()
            .AddSingleton<IRedisObserver>(services => services.GetRequiredService<RedisLog>())
            .AddSingleton(services => RedisConnection.Open(redis, services.GetRequiredService<IRedisObserver>()))
            .AddSingleton(services => new RedisKeys(Convert.ToHexStringLower(KeyFor(services, "collabhub cluster name"u8)[..4])))
            .AddSingleton(services => new RedisLine(
                services.GetRequiredService<RedisConnection>(), node, KeyFor(services, "collabhub cluster messages"u8),
                services.GetRequiredService<IRedisObserver>(), services.GetRequiredService<TimeProvider>()))
            .AddSingleton<IRoomBus, RedisRoomBus>()
            .AddSingleton<IClusterBus, RedisClusterBus>()
            .AddSingleton<IAccessLease>(services => services.GetRequiredService<ClusterMembership>())
            .AddSingleton<IRateLimiter>(services => new RedisRateLimiter(
                services.GetRequiredService<RedisConnection>(), services.GetRequiredService<RedisKeys>(),
                new SlidingWindows(services.GetRequiredService<TimeProvider>()), services.GetRequiredService<Domain.IIdSource>()))
            .AddSingleton<HubBackplane>()
            .AddHostedService(services => services.GetRequiredService<HubBackplane>());
        builder.Services.AddHealthChecks().AddCheck<RedisHealth>("redis");
    }

    /// <summary>Joins the hubs of this node to those of the others.</summary>
    internal static void AddNodes(this ISignalRServerBuilder signalR, Settings settings)
    {
        // Under its own name as well: some things are told to the connections of this node only.
        signalR.Services.AddSingleton(typeof(DefaultHubLifetimeManager<>));
        if (settings.ConnectionStrings.Redis is not { } redis)
        {
            signalR.Services.AddSingleton(typeof(HubLifetimeManager<>), typeof(LocalHubLifetime<>));
            return;
        }
        signalR.AddStackExchangeRedis();
        signalR.Services
            .AddSingleton(typeof(HubLifetimeManager<>), typeof(BackplaneHubLifetime<>))
            .AddOptions<Microsoft.AspNetCore.SignalR.StackExchangeRedis.RedisOptions>().Configure<RedisKeys>((options, keys) =>
            {
                options.Configuration = RedisConnection.Options(redis);
                options.Configuration.ChannelPrefix = RedisChannel.Literal(keys.Prefix + "hubs:");
                options.ConnectionFactory = async log => await ConnectionMultiplexer.ConnectAsync(options.Configuration, log);
            });
    }

    /// <summary>The configured name, else host name and port.</summary>
    private static string NameOf(Settings settings, ConfigurationManager configuration)
    {
        if (settings.Node.Name is { } name) return name;
        var first = configuration["Urls"]?.Split(';').FirstOrDefault();
        return first is null ? Environment.MachineName : $"{Environment.MachineName}:{BindingAddress.Parse(first).Port}";
    }

    // Keys of their own purpose, so that no use of the signing key can help against another.
    private static byte[] KeyFor(IServiceProvider services, ReadOnlySpan<byte> purpose)
    {
        var key = new byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, ((SymmetricSecurityKey)services.GetRequiredService<SigningKey>().Credentials.Key).Key, key, salt: [], purpose);
        return key;
    }
}
