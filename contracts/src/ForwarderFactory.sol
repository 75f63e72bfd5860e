// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Forwarder} from "./Forwarder.sol";

/// Makes deposit addresses, version 1, and flushes them in batches.
///
/// It is deployed through the deterministic-deployment proxy with a fixed salt, so that it, the Forwarder it makes in
/// its constructor and therefore every deposit address are the same on every EVM chain. It has no owner and holds no
/// funds.
///
/// A deposit address is CREATE2(this, salt, init code), where the 103 bytes of init code are
///
///     offset  length  bytes
///          0      10  3d605d80600a3d3981f3            return the 93 bytes that follow as runtime code
///         10       6  36600557005b                    runtime: without call data stop, so a bare transfer of native
///                                                     coin always succeeds, even with a stipend of 2300 gas
///         16      10  363d3d373d3d3d363d73            runtime: delegate the call data ...
///         26      20  implementation                  ... to the Forwarder ...
///         46      15  5af43d82803e903d91603157fd5bf3  ... and return or revert with its answer
///         61      20  receiver                        terms, read by the Forwarder from the runtime code at 51
///         81      20  fee receiver
///        101       2  fee in basis points, big endian
///
/// Terms that could lose money are refused everywhere, also when only an address is asked for.
contract ForwarderFactory {
    struct Deposit {
        bytes32 salt;
        address receiver;
        address feeReceiver;
        uint16 feeBps;
    }

    uint256 public constant VERSION = 1;

    /// Ten per cent: the most a deposit address may take as a fee.
    uint16 public constant MAX_FEE_BPS = 1_000;

    /// Gas each flush of a batch gets. A limit, so that a token which burns all it gets costs no more than this.
    uint256 public constant FLUSH_GAS = 500_000;
    /// Gas that must be left before each flush of a batch. More than FLUSH_GAS * 64 / 63 plus the report of a
    /// failure: a flush never fails for want of gas while the batch as a whole succeeds, so that gas estimates,
    /// which look only at the whole, are right.
    uint256 private constant FLUSH_GAS_REQUIRED = 530_000;

    uint256 private constant INIT_CODE_LENGTH = 103;

    /// The Forwarder that all deposit addresses of this factory delegate to.
    Forwarder public immutable IMPLEMENTATION;

    event ForwarderDeployed(address indexed forwarder, bytes32 indexed salt);
    /// One token of one deposit could not be flushed; the rest of the batch went on. `reason` is the ABI-encoded
    /// error. Terms that are refused are reported once per deposit, with token zero.
    event FlushFailed(address indexed deposit, address indexed token, bytes reason);

    error ReceiverIsZero();
    error FeeTooHigh(uint16 feeBps);
    /// A fee needs somebody to receive it.
    error FeeReceiverIsZero();
    error DeployFailed(address forwarder);
    /// The gas limit leaves too little for the next flush of the batch.
    error InsufficientGas();

    constructor() {
        IMPLEMENTATION = new Forwarder();
    }

    /// The deposit address for these terms, whether or not it has code yet.
    function addressOf(bytes32 salt, address receiver, address feeReceiver, uint16 feeBps)
        external
        view
        returns (address)
    {
        Deposit memory deposit = Deposit(salt, receiver, feeReceiver, feeBps);
        revertIfRefused(deposit);
        return predict(salt, initCode(deposit));
    }

    /// Deploys the deposit address if it has no code, then flushes each token (address zero: native coin) to its
    /// committed accounts. All or nothing: the first token that cannot be flushed reverts the call with its error.
    function flush(bytes32 salt, address receiver, address feeReceiver, uint16 feeBps, address[] calldata tokens)
        external
    {
        Deposit memory deposit = Deposit(salt, receiver, feeReceiver, feeBps);
        revertIfRefused(deposit);
        Forwarder forwarder = deployIfNeeded(deposit);
        for (uint256 i = 0; i < tokens.length; i++) {
            forwarder.flush(tokens[i]);
        }
    }

    /// Flushes every token of every deposit. What fails is reported by FlushFailed and stops nothing else.
    function flushMany(Deposit[] calldata deposits, address[] calldata tokens) external {
        for (uint256 i = 0; i < deposits.length; i++) {
            Deposit memory deposit = deposits[i];
            bytes memory refusal = refusalOf(deposit);
            if (refusal.length != 0) {
                emit FlushFailed(predict(deposit.salt, initCode(deposit)), address(0), refusal);
                continue;
            }
            Forwarder forwarder = deployIfNeeded(deposit);
            for (uint256 j = 0; j < tokens.length; j++) {
                if (gasleft() < FLUSH_GAS_REQUIRED) revert InsufficientGas();
                // The reason is an error of the Forwarder, never of the token, so its size is bounded.
                try forwarder.flush{gas: FLUSH_GAS}(tokens[j]) {}
                catch (bytes memory reason) {
                    emit FlushFailed(address(forwarder), tokens[j], reason);
                }
            }
        }
    }

    function deployIfNeeded(Deposit memory deposit) private returns (Forwarder) {
        bytes memory code = initCode(deposit);
        address forwarder = predict(deposit.salt, code);
        if (forwarder.code.length == 0) {
            bytes32 salt = deposit.salt;
            address created;
            assembly ("memory-safe") {
                created := create2(0, add(code, 0x20), mload(code), salt)
            }
            if (created != forwarder) revert DeployFailed(forwarder);
            emit ForwarderDeployed(forwarder, salt);
        }
        return Forwarder(forwarder);
    }

    function revertIfRefused(Deposit memory deposit) private pure {
        bytes memory refusal = refusalOf(deposit);
        if (refusal.length != 0) {
            assembly ("memory-safe") {
                revert(add(refusal, 0x20), mload(refusal))
            }
        }
    }

    /// The ABI-encoded error with which these terms are refused; empty if they are good.
    function refusalOf(Deposit memory deposit) private pure returns (bytes memory) {
        if (deposit.receiver == address(0)) return abi.encodeWithSelector(ReceiverIsZero.selector);
        if (deposit.feeBps > MAX_FEE_BPS) return abi.encodeWithSelector(FeeTooHigh.selector, deposit.feeBps);
        if (deposit.feeBps != 0 && deposit.feeReceiver == address(0)) {
            return abi.encodeWithSelector(FeeReceiverIsZero.selector);
        }
        return "";
    }

    function initCode(Deposit memory deposit) private view returns (bytes memory code) {
        code = abi.encodePacked(
            hex"3d605d80600a3d3981f336600557005b363d3d373d3d3d363d73",
            IMPLEMENTATION,
            hex"5af43d82803e903d91603157fd5bf3",
            deposit.receiver,
            deposit.feeReceiver,
            deposit.feeBps
        );
        assert(code.length == INIT_CODE_LENGTH);
    }

    function predict(bytes32 salt, bytes memory code) private view returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"ff", address(this), salt, keccak256(code))))));
    }
}
